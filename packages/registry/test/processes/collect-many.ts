import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { exampleBundle } from '@claims/contracts/example'
import { collectGarbage, DirectoryArtifactStore, DirectoryLedger } from '@claims/registry'

// Run: collect-many.ts DIRECTORY COUNT. Collects a store of so many bundles of which every other one is named, and prints
// what it took.
const [directory = '', size = ''] = process.argv.slice(2)
const count = Number(size)
const old = new Date(Date.now() - 48 * 3_600_000)
const entries: object[] = []
for (let seed = 0; seed < count; seed += 1) {
  const bundle = exampleBundle({ seed })
  const place = join(directory, '_artifacts', bundle.manifestSha256)
  for (const name of [...Object.keys(bundle.manifest.files), 'manifest.json']) {
    await mkdir(dirname(join(place, name)), { recursive: true })
    await writeFile(join(place, name), await bundle.read(name))
  }
  await utimes(place, old, old)
  if (seed % 2 === 0)
    entries.push({ action: 'register', version: String(seed + 1), manifest_sha256: bundle.manifestSha256 })
}
const ledger = new DirectoryLedger(directory)
await ledger.append('fraud', emptyLedger, chainLines(entries, emptyLedger))
entries.length = 0
globalThis.gc?.()
await sleep(100)

const before = process.memoryUsage.rss()
let most = before
const look = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5)
const begin = performance.now()
const artifacts = new DirectoryArtifactStore(directory)
const said = await collectGarbage({ ledgers: [ledger], artifacts, dryRun: true })
const told = performance.now()
const done = await collectGarbage({ ledgers: [ledger], artifacts })
const end = performance.now()
clearInterval(look)
const result = {
  ...{ bundles: done.kept.bundles, would: said.removal.removed.length, removed: done.removal.removed.length },
  ...{ dryRunSeconds: (told - begin) / 1000, seconds: (end - told) / 1000, grown: most - before },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
await rm(join(directory, '_artifacts'), { recursive: true })
