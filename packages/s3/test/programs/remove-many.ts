import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import { parseArtifactsUri, S3ArtifactStore } from '@claims/s3'
import { forEachAtOnce } from '../../src/for-each-at-once.ts'

// Run: remove-many.ts URI COUNT. Removes every other one of so many bundles, each with a file of its own, and prints what
// it took.
const [uri = '', size = ''] = process.argv.slice(2)
const location = parseArtifactsUri(uri, { production: false })
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
const client = new S3Client({
  ...{ endpoint: location.endpoint ?? '', region: 'us-east-1', forcePathStyle: true, credentials },
})
const { manifest } = exampleBundle()
const hashes: string[] = []
const seeds = Array.from({ length: Number(size) }, (_, seed) => seed)
const keep = async (name: string, body: string): Promise<void> => {
  const input = { Bucket: location.bucket, Key: `${location.prefix}/${name}`, Body: body }
  await client.send(new PutObjectCommand(input))
}
await forEachAtOnce(seeds, 4, async (seed) => {
  const own = canonicalJson({ seed })
  const files = { ...manifest.files, 'own.json': { sha256: sha256(own), bytes: own.length } }
  const written = canonicalJson({ ...manifest, seed, files })
  await keep(`files/${sha256(own)}`, own)
  await keep(`bundles/${sha256(written)}`, written)
  if (seed % 2 === 0) hashes.push(sha256(written))
})
client.destroy()
// The server tells time in whole seconds.
await sleep(2100)

const before = process.memoryUsage.rss()
let most = before
const look = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5)
const begin = performance.now()
const store = new S3ArtifactStore(location, { credentials })
let listed = 0
for await (const { bytes } of store.list()) if (bytes > 0) listed += 1
const told = performance.now()
const { removed, remains } = await store.remove(hashes, { minimumAge: 0 })
const end = performance.now()
clearInterval(look)
store.close()
const seconds = { listSeconds: (told - begin) / 1000, seconds: (end - told) / 1000 }
process.stdout.write(
  `${JSON.stringify({ listed, removed: removed.length, remains, ...seconds, grown: most - before })}\n`,
)
