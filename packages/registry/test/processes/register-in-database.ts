import { exampleBundle } from '@claims/contracts/example'
import { DatabaseLedger, openDatabase } from '@claims/database'
// Not the whole package, so that it starts quickly.
import { DirectoryArtifactStore } from '../../src/directory/directory-artifact-store.ts'
import { LedgerModelRegistry } from '../../src/ledger-model-registry.ts'

// register-in-database.ts URL BUNDLES SEED: registers versions and promotes them without end, and says each that was answered.
const [url = '', bundles = '', first = '0'] = process.argv.slice(2)
const registry = new LedgerModelRegistry({
  ledger: new DatabaseLedger(await openDatabase({ url })),
  artifacts: new DirectoryArtifactStore(bundles),
})
process.stdout.write('ready\n')
for (let seed = Number(first); ; seed += 1) {
  const { version } = await registry.register('fraud', exampleBundle({ seed }), { notes: String(seed) })
  process.stdout.write(`register ${version}\n`)
  await registry.promote('fraud', version, { actor: 'a process', reason: String(seed) })
  process.stdout.write(`promote ${version}\n`)
}
