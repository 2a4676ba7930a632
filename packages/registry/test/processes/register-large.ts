import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DirectoryArtifactStore, DirectoryLedger, LedgerModelRegistry, writeBundle } from '@claims/registry'
import { exampleManifestFacts, writeExampleBundle } from '@claims/registry/example'
import { parseArtifactsUri, S3ArtifactStore } from '@claims/s3'

// Run: register-large.ts DIRECTORY BYTES [URI]. Registers a bundle twice, its files in the directory or in S3, and prints by
// how many bytes memory grew at most.
const [directory = '', size = '', uri] = process.argv.slice(2)
const root = join(directory, 'registry')
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
const artifacts =
  uri === undefined
    ? new DirectoryArtifactStore(root)
    : new S3ArtifactStore(parseArtifactsUri(uri, { production: false }), { credentials })
const registry = new LedgerModelRegistry({ ledger: new DirectoryLedger(root), artifacts })
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
if (artifacts instanceof S3ArtifactStore) artifacts.close()
