import { setTimeout as sleep } from 'node:timers/promises'
import { parseArtifactsUri, S3ArtifactStore } from '@claims/s3'
import { streamFile } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { largeBundle } from '../large-bundle.ts'

// Run: put-large.ts URI BYTES. Puts and streams a bundle, and prints by how many bytes memory grew at most.
const [uri = '', size = ''] = process.argv.slice(2)
const store = new S3ArtifactStore(parseArtifactsUri(uri, { production: false }), {
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
})
const bundle = largeBundle(Number(size))
const warm = exampleBundle()
await store.put(warm)
await (await store.open(warm.manifestSha256)).read('pipeline.json')
await sleep(100)

const before = process.memoryUsage.rss()
let most = before
const look = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5)
await store.put(bundle)
const putting = most - before
const kept = await store.open(bundle.manifestSha256)
let streamed = 0
for await (const piece of streamFile(kept, 'model/large.bin')) streamed += piece.length
clearInterval(look)
store.close()
process.stdout.write(`${JSON.stringify({ putting, streaming: most - before, streamed })}\n`)
