import { join } from 'node:path'
import { DirectoryModelRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'

const [root = '', name = '', count = '0'] = process.argv.slice(2)
const registry = new DirectoryModelRegistry(join(root, 'registry'))
process.stdout.write(`process ${String(process.pid)}\n`)
for (let i = 0; i < Number(count); i += 1) {
  // Both write the same bundles, at one place, and register them.
  await writeExampleBundle(join(root, 'bundle'), { seed: i })
  const { version } = await registry.register('fraud', join(root, 'bundle'), { actor: name })
  await registry.promote('fraud', version, { actor: name, reason: 'newest' })
  process.stdout.write(`registered ${version}\n`)
}
