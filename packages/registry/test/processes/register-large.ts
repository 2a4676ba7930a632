import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DirectoryModelRegistry, writeBundle } from '@claims/registry'
import { exampleManifestFacts, writeExampleBundle } from '@claims/registry/example'

// Run: register-large.ts DIRECTORY BYTES. Registers a bundle twice, and prints by how many bytes memory grew at most.
const [directory = '', size = ''] = process.argv.slice(2)
const registry = new DirectoryModelRegistry(join(directory, 'registry'))
await writeExampleBundle(join(directory, 'warm'))
await registry.register('fraud', join(directory, 'warm'))
await writeBundle(join(directory, 'large'), async (temporary) => {
  const file = await open(join(temporary, 'large.bin'), 'w')
  const piece = Buffer.alloc(1 << 20, 'claims')
  for (let left = Number(size); left > 0; left -= piece.length) await file.writeFile(piece)
  await file.close()
  return exampleManifestFacts()
})
await sleep(100)

const before = process.memoryUsage.rss()
let most = before
const look = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5)
await registry.register('fraud', join(directory, 'large'))
await registry.register('fraud', join(directory, 'large'))
clearInterval(look)
const { manifest } = await registry.resolve('fraud@3')
process.stdout.write(JSON.stringify({ grown: most - before, bytes: manifest.files['large.bin']?.bytes }))
