import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson, type BundleFiles } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import type { S3ArtifactStore } from '@claims/s3'
import { describeOnServer, type TestPlace } from './object-store.ts'
import { startSteppedProxy, type SteppedProxy } from './stepped-proxy.ts'

const hour = 3_600_000
const bundle = exampleBundle({ seed: 1 })
/** Another bundle of the same files. */
const sibling = withName(bundle, 'sibling')

describeOnServer('a put and a removal, whatever one does between two requests of the other', (server) => {
  let place: TestPlace
  let putting: SteppedProxy
  let removing: SteppedProxy
  beforeEach(async () => {
    putting = await startSteppedProxy(server().address)
    removing = await startSteppedProxy(server().address)
  })
  afterEach(async () => {
    place.dispose()
    await putting.stop()
    await removing.stop()
  })

  /** A place in which a bundle is that nothing names and that is old. */
  async function begin(): Promise<{
    putter: S3ArtifactStore
    remover: S3ArtifactStore
    sound: S3ArtifactStore
  }> {
    place = server().place()
    const sound = place.store()
    await sound.put(bundle)
    for (const object of await place.objects()) await place.age(object, 3 * hour)
    const remover = place.store({}, removing.address)
    return { sound, remover, putter: place.store({}, putting.address) }
  }

  /** Runs both, each held at a request; answers how many requests each made. */
  async function run(
    put: BundleFiles,
    holds: { put: number; remove: number },
  ): Promise<readonly [number, number]> {
    const { sound, putter, remover } = await begin()
    putting.begin(holds.put)
    removing.begin(holds.remove)
    const put1 = settled(putter.put(put))
    await Promise.race([put1.done, putting.reached()])
    const remove1 = settled(remover.remove([bundle.manifestSha256], { minimumAge: hour }))
    await Promise.race([remove1.done, removing.reached()])
    putting.goOn()
    // It ends, or waits for the removal.
    while (!put1.isDone() && polls(putting) < 3) await sleep(5)
    removing.goOn()
    await Promise.all([put1.done, remove1.done])
    await put1.result
    await remove1.result
    await expectWhole(sound, put)
    const later = await sound.remove([put.manifestSha256], { minimumAge: hour })
    expect(later).toMatchObject({ removed: [], young: [put.manifestSha256] })
    await expectWhole(sound, put)
    expect((await place.objects()).filter((name) => name === 'removal')).toEqual([])
    return [putting.requests.length, removing.requests.length]
  }

  test.each([
    ['the bundle that is removed', bundle],
    ['another bundle with its files', sibling],
  ])(
    '%s is whole once its put was answered',
    async (_, put) => {
      // Held before its first request, the put comes after all of the removal.
      const [puts, removes] = await run(put, { put: 0, remove: Infinity })
      expect(puts).toBeGreaterThan(8)
      expect(removes).toBeGreaterThan(8)
      const pairs = process.env['CLAIMS_FAULTS'] === 'long'
      for (let one = 0; one < puts; one += 1)
        for (let other = 0; other <= removes; other += 1) {
          if (!pairs && one > 0 && other < removes) continue
          place.dispose()
          await run(put, { put: one, remove: other })
        }
    },
    1_800_000,
  )
})

function settled<T>(result: Promise<T>): { result: Promise<T>; done: Promise<void>; isDone: () => boolean } {
  let done = false
  const ending = result.then(
    () => undefined,
    () => undefined,
  )
  return { result, done: ending.then(() => void (done = true)), isDone: () => done }
}

/** How often a put asked for the lease since its manifest. */
function polls({ requests }: SteppedProxy): number {
  return requests.filter((line) => line.startsWith('HEAD') && line.endsWith('/removal')).length
}

async function expectWhole(store: S3ArtifactStore, expected: BundleFiles): Promise<void> {
  const kept = await store.open(expected.manifestSha256)
  for (const file of Object.keys(expected.manifest.files))
    expect(Buffer.from(await kept.read(file))).toEqual(Buffer.from(await expected.read(file)))
}

function withName(from: BundleFiles, name: string): BundleFiles {
  const manifest = { ...from.manifest, name }
  const bytes = Buffer.from(canonicalJson(manifest))
  return {
    ...from,
    manifest,
    manifestSha256: sha256(bytes),
    read: (file) => (file === 'manifest.json' ? Promise.resolve(bytes) : from.read(file)),
  }
}
