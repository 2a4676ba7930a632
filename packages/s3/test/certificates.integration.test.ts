import { expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleBundle } from '@claims/contracts/example'
import { parseArtifactsUri, S3ArtifactStore } from '@claims/s3'
import { describeOnServer } from './object-store.ts'

describeOnServer('TLS', (server) => {
  test('trusts the authority that the address names, and nobody else where it names none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claims-tls-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    const files = ['-keyout', key, '-out', certificate, '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', [...words, ...files], { stdio: 'ignore' })
    const encrypted = createServer(
      { key: await readFile(key), cert: await readFile(certificate) },
      (received, answer) => {
        const { method, headers, url } = received
        const passed = request(new URL(url ?? '', server().address), { method, headers }, (response) => {
          answer.writeHead(response.statusCode ?? 0, response.headers)
          response.pipe(answer)
        })
        received.pipe(passed)
      },
    ).listen(0, 'localhost')
    await once(encrypted, 'listening')
    const { port } = encrypted.address() as AddressInfo
    const uri = `s3://bucket/tls?endpoint=https://localhost:${String(port)}`
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const open = (address: string): S3ArtifactStore =>
      new S3ArtifactStore(parseArtifactsUri(address, { production: true }), { credentials, attempts: 2 })
    const [trusting, strict] = [open(`${uri}&certificateFile=${certificate}`), open(uri)]
    try {
      const bundle = exampleBundle()
      await trusting.put(bundle)
      expect((await trusting.open(bundle.manifestSha256)).manifest.seed).toBe(42)
      await expect(strict.open(bundle.manifestSha256)).rejects.toMatchObject({
        code: 'invalid_configuration',
        problems: [{ field: 'ARTIFACTS_URI', allowed: expect.stringContaining('certificateFile') }],
      })
    } finally {
      trusting.close()
      strict.close()
      encrypted.closeAllConnections()
      encrypted.close()
      await rm(folder, { recursive: true })
    }
  })
})
