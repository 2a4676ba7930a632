import { readFile } from 'node:fs/promises'
import { DatabaseLedger, openDatabase } from '@claims/database'
import { DirectoryArtifactStore, LedgerModelRegistry } from '@claims/registry'
import { quantile } from './quantile.ts'

/** What a process measured, in ms. */
export interface VersionsTimes {
  /** The first page of a process that has read nothing: newest versions first, after the database is open. */
  readonly cold: number
  /** p95 of every page of the same process afterwards. */
  readonly warm: number
  /** How many pages that were. */
  readonly pages: number
}

// versions-process.ts FILE: pages through the versions of the model `fraud` in the database that FILE names, and prints times.
const database = await openDatabase({ url: await readFile(process.argv[2] ?? '', 'utf8') })
const registry = new LedgerModelRegistry({
  ledger: new DatabaseLedger(database),
  artifacts: new DirectoryArtifactStore('absent'),
})
const started = performance.now()
let page = await registry.versionsPage('fraud', { limit: 50 })
const cold = performance.now() - started
const warm: number[] = []
let versions = page.versions.length
while (page.next !== undefined) {
  const from = performance.now()
  page = await registry.versionsPage('fraud', { limit: 50, cursor: page.next })
  warm.push(performance.now() - from)
  versions += page.versions.length
}
await database.close()
if (versions !== page.total)
  throw new Error(`${String(versions)} of ${String(page.total)} versions were listed`)
const times: VersionsTimes = { cold, warm: quantile(warm, 0.95), pages: warm.length }
process.stdout.write(JSON.stringify(times))
