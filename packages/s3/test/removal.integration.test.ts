import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { streamFile, type BundleFiles } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { startFaultProxy } from '@claims/mlflow/testing'
import type { S3ArtifactStore } from '@claims/s3'
import { largeBundle } from './large-bundle.ts'
import { describeOnServer, type TestPlace } from './object-store.ts'
import { runProgram } from './run-program.ts'
import { startSteppedProxy } from './stepped-proxy.ts'

const hour = 3_600_000
const minimumAge = hour
const [one, two, three] = [1, 2, 3].map((seed) => exampleBundle({ seed })) as [
  BundleFiles,
  BundleFiles,
  BundleFiles,
]

describeOnServer('a removal in S3', (server) => {
  let place: TestPlace
  let store: S3ArtifactStore
  beforeEach(() => {
    place = server().place()
    store = place.store()
  })
  afterEach(() => {
    place.dispose()
  })

  async function putLongAgo(...bundles: readonly BundleFiles[]): Promise<void> {
    for (const bundle of bundles) await store.put(bundle)
    for (const object of await place.objects()) await place.age(object, 3 * hour)
  }

  async function expectWhole(bundle: BundleFiles): Promise<void> {
    const kept = await store.open(bundle.manifestSha256)
    for (const name of Object.keys(bundle.manifest.files))
      for await (const piece of streamFile(kept, name)) expect(piece.length).toBeGreaterThan(0)
  }

  test('leaves and names what the store did not make', async () => {
    await putLongAgo(one)
    const foreign = [
      'bundles/readme.txt',
      `files/${'0'.repeat(63)}`,
      'notes.txt',
      `other/bundles/${'0'.repeat(64)}`,
    ]
    for (const object of foreign) await place.add(object, 'a note')
    for (const object of foreign) await place.age(object, 3 * hour)
    const { removed, left } = await store.remove([one.manifestSha256], { minimumAge })
    expect(removed).toEqual([one.manifestSha256])
    expect(left.map(({ place: at, problem }) => [at.split('/').slice(-2).join('/'), problem])).toEqual(
      foreign.slice(0, 2).map((object) => [object, 'is not of the store']),
    )
    expect((await place.objects()).sort()).toEqual([...foreign].sort())
  })

  test('removes nothing where a manifest that stays is damaged, for its files cannot be told', async () => {
    await putLongAgo(one, two)
    await place.damage(`bundles/${two.manifestSha256}`)
    for (const dryRun of [true, false])
      await expect(store.remove([one.manifestSha256], { minimumAge, dryRun })).rejects.toMatchObject({
        code: 'damaged_bundle',
      })
    await expectWhole(one)
    await store.put(two)
    await expectWhole(two)
    await place.damage(`bundles/${one.manifestSha256}`)
    await place.age(`bundles/${one.manifestSha256}`, 3 * hour)
    expect((await store.remove([one.manifestSha256], { minimumAge })).removed).toEqual([one.manifestSha256])
    await expectWhole(two)
  })

  test('takes files of no bundle and uploads that nobody went on with, once they are old', async () => {
    await putLongAgo(one)
    const large = largeBundle(14 << 20)
    const path = `files/${large.manifest.files['model/large.bin']?.sha256 ?? ''}`
    const proxy = await startFaultProxy(server().address)
    proxy.fail({
      method: 'PUT',
      path: 'partNumber=3',
      fault: { kind: 'cut_request', bytes: 1 },
      times: Infinity,
    })
    await expect(place.store({ attempts: 1 }, proxy.trackingUri).put(large)).rejects.toMatchObject({
      code: 'artifacts_unavailable',
    })
    await proxy.stop()
    const small = `files/${large.manifest.files['pipeline.json']?.sha256 ?? ''}`
    expect(await place.objects()).toContain(small)
    const parts = await place.sentParts()
    expect(await store.remove([], { minimumAge })).toMatchObject({ remains: 0, bytes: 0 })
    expect(await place.uploads()).toHaveLength(1)
    await place.age(small, 3 * hour)
    await place.age(path, 3 * hour)
    const said = await store.remove([], { minimumAge, dryRun: true })
    expect(await place.sentParts()).toBe(parts)
    expect(await store.remove([], { minimumAge })).toEqual(said)
    expect(said.remains).toBe(2)
    expect(said.bytes).toBeGreaterThanOrEqual(5 << 20)
    expect(await place.uploads()).toEqual([])
    expect(await place.objects()).not.toContain(small)
    await expectWhole(one)
  })

  test('a put whose upload is taken away begins another one', async () => {
    const large = largeBundle(14 << 20)
    const stepped = await startSteppedProxy(server().address)
    stepped.begin((line) => line.includes('partNumber=3'))
    const putting = place.store({}, stepped.address).put(large)
    await stepped.reached()
    for (const upload of await place.uploads())
      await place.age(upload.slice(place.location.prefix.length + 1), 3 * hour)
    expect((await store.remove([], { minimumAge })).remains).toBe(1)
    stepped.goOn()
    await putting
    await expectWhole(large)
    await stepped.stop()
  })

  test('that died keeps puts and other removals waiting no longer than its lease', async () => {
    await putLongAgo(one)
    const stepped = await startSteppedProxy(server().address)
    stepped.begin((line) => line.startsWith('POST'))
    const dead = place.store({ leaseMilliseconds: 2500, attempts: 1 }, stepped.address)
    const dying = dead.remove([one.manifestSha256], { minimumAge }).catch(() => undefined)
    await stepped.reached()
    await stepped.stop()
    await dying
    expect(await place.objects()).toContain('removal')
    await store.put(two)
    await expectWhole(two)
    const other = place.store({ leaseMilliseconds: 2500 })
    await other.remove([one.manifestSha256], { minimumAge })
    await expect(store.open(one.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
    expect(await place.objects()).not.toContain('removal')
  })

  test('that was held up until its lease ran out deletes nothing more', async () => {
    await putLongAgo(one)
    const stepped = await startSteppedProxy(server().address)
    // The server's clock has whole seconds: one more must not reach the time in which the holder deletes.
    const remover = place.store({ leaseMilliseconds: 3000 }, stepped.address)
    let leased = 0
    stepped.begin((line) => {
      if (line.startsWith('PUT')) leased += 1
      return leased === 2 && line.includes('list-type=2')
    }, 'answer')
    const removing = remover.remove([one.manifestSha256], { minimumAge })
    const outcome = removing.then(
      () => null,
      (error: unknown) => error,
    )
    await stepped.reached()
    await store.put(one)
    stepped.goOn()
    expect(await outcome).toMatchObject({ code: 'artifacts_unavailable' })
    await expectWhole(one)
    await stepped.stop()
  })

  test('is refused where the server lets two have the lease', async () => {
    await putLongAgo(one)
    const careless = createServer((received, answer) => {
      const { method, url = '' } = received
      const headers = { ...received.headers }
      delete headers['if-none-match']
      const passed = request(new URL(url, server().address), { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 0, response.headers)
        response.pipe(answer)
      })
      received.pipe(passed)
    }).listen(0, '127.0.0.1')
    await once(careless, 'listening')
    const address = `http://127.0.0.1:${String((careless.address() as AddressInfo).port)}`
    const remover = place.store({}, address)
    await expect(remover.remove([one.manifestSha256], { minimumAge })).rejects.toMatchObject({
      code: 'invalid_configuration',
      problems: [{ problem: expect.stringContaining('If-None-Match') }],
    })
    await expectWhole(one)
    careless.closeAllConnections()
    careless.close()
  })

  test.each([-1, 1])(
    'goes by the clock of the server where that of the machine is wrong: %i',
    async (sign) => {
      await store.put(one)
      await putLongAgo()
      await store.put(two)
      const tenYears = sign * 10 * 365 * 24 * hour
      jest.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + tenYears)
      try {
        const ages = new Map<string, number>()
        for await (const { manifestSha256, age } of store.list()) ages.set(manifestSha256, age)
        expect(ages.get(two.manifestSha256)).toBeLessThan(hour)
        expect(ages.get(one.manifestSha256)).toBeLessThan(4 * hour)
        const hashes = [one.manifestSha256, two.manifestSha256]
        expect(await store.remove(hashes, { minimumAge })).toMatchObject({
          ...{ removed: [one.manifestSha256], young: [two.manifestSha256] },
        })
      } finally {
        jest.restoreAllMocks()
      }
    },
  )

  test('that is killed leaves each bundle whole or gone, and the next one finishes', async () => {
    const runs = process.env['CLAIMS_FAULTS'] === 'long' ? 50 : 4
    await putLongAgo(three)
    const hashes = [one, two].map(({ manifestSha256 }) => manifestSha256)
    const words = ['remove-old.ts', place.uri, '1000', hashes.join(',')] as const
    const { output } = await runProgram(words)
    expect(JSON.parse(output)).toMatchObject({ removed: [], absent: 2 })
    for (let run = 0; run < runs; run += 1) {
      await putLongAgo(one, two)
      const proxy = await startSteppedProxy(server().address)
      // A removal makes about so many requests.
      proxy.begin(Math.floor(Math.random() * 20))
      const killing = new AbortController()
      const program = [...words] as [string, ...string[]]
      program[1] = place.uri.replace(server().address, proxy.address)
      const ended = runProgram(program, killing.signal)
      await Promise.race([ended, proxy.reached()])
      killing.abort()
      await ended
      await proxy.stop()
      await expectWhole(three)
      for (const bundle of [one, two]) {
        const open = await store.open(bundle.manifestSha256).catch(() => null)
        // The manifest goes first: a bundle that is there has its files.
        if (open !== null) await expectWhole(bundle)
      }
      await store.remove(hashes, { minimumAge })
      const files = Object.values(three.manifest.files).map(({ sha256 }) => `files/${sha256}`)
      expect((await place.objects()).sort()).toEqual([`bundles/${three.manifestSha256}`, ...files].sort())
    }
  }, 600_000)
})
