import { DatabaseLedger, openDatabase } from '@claims/database'
import { verifyLedger } from '@claims/registry'

/** Verifies the ledger of the database that is named, and prints seconds, peak of resident memory and entries. */
const database = await openDatabase({ url: process.argv[2] ?? '', create: false })
const started = performance.now()
const { whole, entries } = await verifyLedger(new DatabaseLedger(database))
const seconds = (performance.now() - started) / 1000
await database.close()
if (!whole) throw new Error('the ledger is not whole')
process.stdout.write(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024, entries }))
