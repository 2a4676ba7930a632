import { afterEach, expect, test } from '@jest/globals'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArtifactsUri } from '@claims/s3'
import { Bucket } from '../src/bucket.ts'
import { download, type KeptFile } from '../src/download.ts'

const content = randomBytes(300_000)
const file: KeptFile = {
  name: 'model/large.bin',
  object: 'files/a',
  origin: 'a bundle',
  digest: { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length },
}
let server: Server
let bucket: Bucket
afterEach(async () => {
  bucket.close()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

async function serve(listener: RequestListener, attempts = 3): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uri = `s3://bucket?endpoint=http://127.0.0.1:${String(port)}`
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  bucket = new Bucket(parseArtifactsUri(uri, { production: true }), { attempts, credentials })
}

async function downloaded(): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of download(bucket, file)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

test.each([
  ['answers in ranges', true],
  ['has no ranges', false],
])('a server that %s gives a file in as many pieces as it takes', async (_, ranges) => {
  const asked: string[] = []
  await serve((request, response) => {
    const { range } = request.headers
    asked.push(range ?? '')
    const from = ranges ? Number(/\d+/.exec(range ?? 'bytes=0-')?.[0]) : 0
    const rest = content.subarray(from)
    const partly = {
      'content-range': `bytes ${String(from)}-${String(content.length - 1)}/${String(content.length)}`,
    }
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...(from > 0 && partly) })
    // Each answer gets 100,000 bytes further than the one before.
    const further = asked.length * 100_000 - from
    response.write(rest.subarray(0, further), () => {
      if (further >= rest.length) response.end()
      else response.destroy()
    })
  })
  expect(await downloaded()).toEqual(content)
  expect(asked[0]).toBe('')
  expect(asked.length).toBeGreaterThan(1)
  for (const range of asked.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/)
})

test('an answer that does not end is refused where the file should', async () => {
  await serve((_request, response) => {
    response.writeHead(200)
    response.write(content)
    response.write('more')
  })
  await expect(downloaded()).rejects.toMatchObject({ code: 'damaged_bundle' })
})

test('answers that bring nothing are given up after as many as are allowed', async () => {
  let answers = 0
  await serve((_request, response) => {
    answers += 1
    response.writeHead(200, { 'content-length': content.length })
    response.flushHeaders()
    setTimeout(() => response.destroy(), 20)
  })
  await expect(downloaded()).rejects.toMatchObject({ code: 'artifacts_unavailable' })
  expect(answers).toBe(3)
})
