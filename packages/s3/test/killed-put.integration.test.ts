import { expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFaultProxy } from '@claims/mlflow/testing'
import { largeBundle } from './large-bundle.ts'
import { describeOnServer } from './object-store.ts'
import { runProgram } from './run-program.ts'

const bytes = 24 << 20

describeOnServer('a put that is killed', (server) => {
  test('left nothing to be opened, and the next one sends what is missing alone', async () => {
    const place = server().place()
    const proxy = await startFaultProxy(server().address)
    // Of five parts the last two never arrive.
    for (const number of [4, 5])
      proxy.fail({
        ...{ method: 'PUT', path: `partNumber=${String(number)}` },
        fault: { kind: 'delay', milliseconds: 600_000 },
      })
    const bundle = largeBundle(bytes)
    const killing = new AbortController()
    const uri = place.uri.replace(server().address, proxy.trackingUri)
    const run = runProgram(['put-large.ts', uri, String(bytes)], killing.signal)
    while ((await place.sentParts()) < 3) await sleep(50)
    killing.abort()
    expect((await run).code).toBeNull()
    await proxy.stop()

    const store = place.store()
    await expect(store.open(bundle.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
    const second = await startFaultProxy(server().address)
    await place.store({}, second.trackingUri).put(bundle)
    const sent = second.requests.flatMap((line) => /partNumber=(\d+)/.exec(line)?.[1] ?? [])
    expect(sent.sort()).toEqual(['4', '5'])
    expect((await (await store.open(bundle.manifestSha256)).read('model/large.bin')).length).toBe(bytes)
    await second.stop()
    place.dispose()
  }, 120_000)
})
