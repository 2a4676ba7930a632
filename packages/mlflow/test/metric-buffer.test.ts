import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMetricBuffer } from '../src/run/metric-buffer.ts'
import type { Point } from '../src/run/run-batch.ts'

const points = (from: number, to: number): Point[] =>
  Array.from({ length: to - from }, (_, i) => ({ key: 'loss', value: 0, timestamp: 0, step: from + i }))

describe('createMetricBuffer', () => {
  test('sends everything once and in order, one call at a time', async () => {
    const sent: Point[] = []
    let running = 0
    const buffer = createMetricBuffer(
      async (batch) => {
        running += 1
        expect(running).toBe(1)
        await sleep(1)
        sent.push(...batch)
        running -= 1
      },
      { flushPoints: 7 },
    )
    for (let i = 0; i < 500; i += 1) await buffer.add(points(i, i + 1))
    await buffer.flush()
    expect(sent).toEqual(points(0, 500))
  })

  test('sends what waits by itself after the interval', async () => {
    const arrived = new Promise<readonly Point[]>((resolve) => {
      const buffer = createMetricBuffer(
        (batch) => {
          resolve(batch)
          return Promise.resolve()
        },
        { flushMilliseconds: 5 },
      )
      void buffer.add(points(0, 3))
    })
    expect(await arrived).toEqual(points(0, 3))
  })

  test('holds the caller back while too many points wait', async () => {
    const { promise, open } = gate()
    const buffer = createMetricBuffer(() => promise, { flushPoints: 1, mostPoints: 10 })
    await buffer.add(points(0, 5))
    let added = false
    const more = buffer.add(points(5, 20)).then(() => {
      added = true
    })
    await sleep(20)
    expect(added).toBe(false)
    open()
    await more
    expect(added).toBe(true)
  })

  test('tells a failure in the background at the next call, once', async () => {
    let calls = 0
    const buffer = createMetricBuffer(
      () => {
        calls += 1
        return calls === 1 ? Promise.reject(new Error('no server')) : Promise.resolve()
      },
      { flushPoints: 1 },
    )
    await buffer.add(points(0, 1))
    await expect(buffer.flush()).rejects.toThrow('no server')
    await buffer.add(points(1, 2))
    await buffer.flush()
    expect(calls).toBe(2)
  })

  test.each(['flushMilliseconds', 'flushPoints', 'mostPoints'])('refuses a wrong %s', (field) => {
    for (const value of [0, -1, 1.5, NaN])
      expect(() => createMetricBuffer(() => Promise.resolve(), { [field]: value })).toThrow(
        expect.objectContaining({ code: 'invalid_argument', field }),
      )
  })
})

function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}
