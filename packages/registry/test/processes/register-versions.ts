import { join } from 'node:path'
import { DirectoryModelRegistry } from '@claims/registry'

const [root = ''] = process.argv.slice(2)
const registry = new DirectoryModelRegistry(join(root, 'registry'))
for (;;) {
  const { version } = await registry.register('fraud', join(root, 'bundle'))
  await registry.promote('fraud', version, { actor: 'a process', reason: 'newest' })
  process.stdout.write(`${version}\n`)
}
