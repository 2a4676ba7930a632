import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { canonicalJson, streamFile, type BundleFiles } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import { startFaultProxy, type FaultProxy } from '@claims/mlflow/testing'
import type { RequestOptions, S3ArtifactStore } from '@claims/s3'
import { largeBundle } from './large-bundle.ts'
import { describeOnServer, type TestPlace } from './object-store.ts'

const mebibyte = 1 << 20
const hasty: RequestOptions = { attempts: 3, silenceMilliseconds: 800, answerMilliseconds: 1600 }
/** A part takes its time on a busy machine. */
const lessHasty: RequestOptions = { attempts: 3, silenceMilliseconds: 4000, answerMilliseconds: 8000 }
const silence = { kind: 'delay', milliseconds: 2500 } as const
const slowDown = refusal(503, 'SlowDown')
const always = { times: Infinity }

describeOnServer('faults of S3 and the way to it', (server) => {
  let place: TestPlace
  let proxy: FaultProxy
  let store: S3ArtifactStore
  /** The same place without faults. */
  let sound: S3ArtifactStore
  beforeEach(async () => {
    place = server().place()
    proxy = await startFaultProxy(server().address)
    store = place.store(hasty, proxy.trackingUri)
    sound = place.store()
  })
  afterEach(async () => {
    place.dispose()
    await proxy.stop()
  })

  const model = (bundle: BundleFiles): string =>
    `files/${bundle.manifest.files['model/weights.json']?.sha256 ?? ''}`

  describe('a put', () => {
    const bundle = exampleBundle({ seed: 1 })
    const path = model(bundle)

    test.each([
      ['a time-out', silence],
      ['a connection that is cut before the server sees anything', { kind: 'cut_before' }],
      ['a connection that is cut in the middle of the file', { kind: 'cut_request', bytes: 1 }],
      ['an answer that is lost', { kind: 'cut_after' }],
      ['503 SlowDown', slowDown],
      ['400 BadDigest', refusal(400, 'BadDigest')],
      ['409 ConditionalRequestConflict', refusal(409, 'ConditionalRequestConflict')],
      ['bytes that are changed on their way', { kind: 'corrupt_request', bytes: 3 }],
      ['a request that arrives twice', { kind: 'repeat' }],
    ] as const)('gets over %s', async (_, fault) => {
      proxy.fail({ method: 'PUT', path, fault })
      await store.put(bundle)
      const kept = await sound.open(bundle.manifestSha256)
      for (const name of Object.keys(bundle.manifest.files))
        expect(Buffer.from(await kept.read(name))).toEqual(Buffer.from(await bundle.read(name)))
      expect(proxy.requests.filter((line) => line.startsWith('PUT') && line.includes(path))).toHaveLength(
        fault.kind === 'repeat' ? 1 : 2,
      )
    })

    test.each([
      ['time-outs', silence],
      ['connections that are cut', { kind: 'cut_request', bytes: 1 }],
      ['503 SlowDown', slowDown],
      ['bytes that are changed on their way', { kind: 'corrupt_request', bytes: 3 }],
    ] as const)('ends with an error that says to try later after nothing but %s', async (_, fault) => {
      proxy.fail({ method: 'PUT', path, fault, ...always })
      await expect(store.put(bundle)).rejects.toMatchObject({ code: 'artifacts_unavailable' })
      await expect(sound.open(bundle.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
      await sound.put(bundle)
      expect((await sound.open(bundle.manifestSha256)).manifest.seed).toBe(1)
    })

    test.each([
      ['PUT', 'AccessDenied', refusal(403, 'AccessDenied'), 'leave to get'],
      ['HEAD', 'AccessDenied', { kind: 'answer', status: 403 }, 'leave to get'],
      ['HEAD', 'PermanentRedirect', { kind: 'answer', status: 301 }, 'the region'],
      ['PUT', 'InvalidAccessKeyId', refusal(403, 'InvalidAccessKeyId'), 'credentials'],
    ] as const)('whose %s is refused with %s says what to change', async (method, name, fault, allowed) => {
      proxy.fail({ method, path, fault })
      await expect(store.put(bundle)).rejects.toMatchObject({
        code: 'invalid_configuration',
        problems: [
          {
            field: 'ARTIFACTS_URI',
            problem: `is refused with ${name}`,
            allowed: expect.stringContaining(allowed),
          },
        ],
      })
    })
  })

  test('a bucket that does not exist is a matter of configuration', async () => {
    const location = { ...place.location, bucket: 'another-bucket' }
    const absent = place.storeAt(location)
    const refusal = { code: 'invalid_configuration', problems: [{ allowed: 'a bucket that exists' }] }
    await expect(absent.put(exampleBundle())).rejects.toMatchObject(refusal)
    await expect(absent.open('0'.repeat(64))).rejects.toMatchObject(refusal)
  })

  test('a server that is not there is one to try later', async () => {
    const gone = place.store(hasty, 'http://127.0.0.1:1')
    await expect(gone.put(exampleBundle())).rejects.toMatchObject({ code: 'artifacts_unavailable' })
  })

  describe('a large file', () => {
    beforeEach(() => {
      store = place.store(lessHasty, proxy.trackingUri)
    })

    const bundle = largeBundle(14 * mebibyte)
    const path = bundle.manifest.files['model/large.bin']?.sha256 ?? ''
    const part = (number: number): string => `partNumber=${number}`

    async function expectWhole(): Promise<void> {
      const kept = await sound.open(bundle.manifestSha256)
      let bytes = 0
      for await (const piece of streamFile(kept, 'model/large.bin')) bytes += piece.length
      expect(bytes).toBe(14 * mebibyte)
    }
    const sentParts = (): string[] =>
      proxy.requests
        .filter((line) => line.includes('partNumber='))
        .map((line) => /partNumber=\d+/.exec(line)![0])

    test.each([
      [
        'a connection that is reset in the middle of a part',
        'PUT',
        part(2),
        { kind: 'cut_request', bytes: mebibyte },
      ],
      ['a part that takes too long', 'PUT', part(2), { kind: 'delay', milliseconds: 5000 }],
      ['503 SlowDown at a part', 'PUT', part(3), slowDown],
      ['a part that is changed on its way', 'PUT', part(1), { kind: 'corrupt_request', bytes: 3 }],
      ['the answer to the last request being lost', 'POST', 'uploadId=', { kind: 'cut_after' }],
    ] as const)('gets over %s', async (_, method, where, fault) => {
      proxy.fail({ method, path: where, fault })
      await store.put(bundle)
      await expectWhole()
      expect(await place.uploads()).toEqual([])
    })

    test('goes on where it was cut off, and sends no part twice', async () => {
      proxy.fail({ method: 'PUT', path: part(3), fault: { kind: 'cut_request', bytes: mebibyte }, ...always })
      await expect(store.put(bundle)).rejects.toMatchObject({ code: 'artifacts_unavailable' })
      await expect(sound.open(bundle.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
      expect(new Set(sentParts())).toEqual(new Set([part(1), part(2), part(3)]))
      await proxy.stop()
      proxy = await startFaultProxy(server().address)
      await place.store({}, proxy.trackingUri).put(bundle)
      expect(sentParts()).toEqual([part(3)])
      await expectWhole()
    })

    test('is not sent again where it is there, whatever bundle it came with', async () => {
      await sound.put(bundle)
      const sibling = withSameFile(bundle)
      await store.put(sibling)
      expect(sentParts()).toEqual([])
      expect((await sound.open(sibling.manifestSha256)).manifest.name).toBe('sibling')
    })

    test('is replaced where it was damaged', async () => {
      await sound.put(bundle)
      await place.damage(`files/${path}`)
      await store.put(bundle)
      expect(sentParts()).toHaveLength(3)
      await expectWhole()
    })

    test('which is not what its manifest states leaves nothing', async () => {
      const other = largeBundle(14 * mebibyte, 2)
      const wrong: BundleFiles = {
        ...bundle,
        stream: (name) => streamFile(name === 'model/large.bin' ? other : bundle, name),
      }
      await expect(store.put(wrong)).rejects.toMatchObject({
        code: 'damaged_bundle',
        problems: [{ field: 'model/large.bin' }],
      })
      expect(
        (await place.objects()).filter((name) => name.includes(path) || name.startsWith('bundles/')),
      ).toEqual([])
      expect(await place.uploads()).toEqual([])
    })

    test('that two put at once is there whole', async () => {
      await Promise.all([store.put(bundle), sound.put(bundle), store.put(bundle)])
      await expectWhole()
    })

    test.each([
      ['ends early', { kind: 'cut_body', bytes: 5 * mebibyte }],
      ['ends early as if that were all', { kind: 'truncate', bytes: 7 * mebibyte }],
      ['ends before it begins', { kind: 'cut_body', bytes: 0 }],
      ['is too slow', { kind: 'delay', milliseconds: 5000 }],
    ] as const)('that is read and %s is asked for from there on', async (_, fault) => {
      await sound.put(bundle)
      proxy.fail({ method: 'GET', path, fault })
      const kept = await store.open(bundle.manifestSha256)
      expect((await kept.read('model/large.bin')).length).toBe(14 * mebibyte)
    })
  })

  describe('a file that is read', () => {
    const bundle = exampleBundle({ seed: 1 })
    const path = model(bundle)
    beforeEach(() => sound.put(bundle))

    test('is asked for again where its bytes are changed on their way', async () => {
      proxy.fail({ method: 'GET', path, fault: { kind: 'corrupt', bytes: 2 } })
      const kept = await store.open(bundle.manifestSha256)
      expect(Buffer.from(await kept.read('model/weights.json'))).toEqual(
        Buffer.from(await bundle.read('model/weights.json')),
      )
    })

    test.each([
      ['changed bytes', { kind: 'corrupt', bytes: 2 }, 'damaged_bundle'],
      ['nothing', { kind: 'truncate', bytes: 0 }, 'artifacts_unavailable'],
      ['503 SlowDown', slowDown, 'artifacts_unavailable'],
      ['silence', silence, 'artifacts_unavailable'],
    ] as const)('is never handed out where there is nothing but %s', async (_, fault, code) => {
      proxy.fail({ method: 'GET', path, fault, ...always })
      const kept = await store.open(bundle.manifestSha256)
      await expect(kept.read('model/weights.json')).rejects.toMatchObject({ code })
    })

    test('is missed where somebody deleted it, and back when the bundle is put again', async () => {
      await place.remove(path)
      const kept = await store.open(bundle.manifestSha256)
      await expect(kept.read('model/weights.json')).rejects.toMatchObject({
        code: 'damaged_bundle',
        problems: [{ field: 'model/weights.json', problem: 'is missing' }],
      })
      await store.put(bundle)
      expect((await kept.read('model/weights.json')).length).toBeGreaterThan(0)
    })
  })
})

function refusal(status: number, code: string): { kind: 'answer'; status: number; body: string } {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test says</Message></Error>`
  return { kind: 'answer', status, body }
}

/** Another bundle with the same large file. */
function withSameFile(bundle: BundleFiles): BundleFiles {
  const manifest = { ...bundle.manifest, name: 'sibling' }
  const bytes = Buffer.from(canonicalJson(manifest))
  return {
    ...bundle,
    manifest,
    manifestSha256: sha256(bytes),
    read: (name) => (name === 'manifest.json' ? Promise.resolve(bytes) : bundle.read(name)),
  }
}
