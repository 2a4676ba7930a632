import { DatabaseLedger, openDatabase } from '@claims/database'
import { verifyLedger } from '@claims/registry'

/**
 * Verifies the ledger of the database that is named, and prints how long that took, of which how long on a processor, the peak of
 * resident memory, and how many entries there were.
 */
const database = await openDatabase({ url: process.argv[2] ?? '', create: false })
const before = process.cpuUsage()
const started = performance.now()
const { whole, entries } = await verifyLedger(new DatabaseLedger(database))
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(before)
await database.close()
if (!whole) throw new Error('the ledger is not whole')
const mebibytes = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ seconds, busy: (user + system) / 1e6, mebibytes, entries }))
