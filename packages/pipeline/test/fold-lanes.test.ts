import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { foldLanes, inOrder } from '../src/folds/fold-lanes.ts'

/** Work whose parts end in any order: the item says after how many turns of the event loop. */
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await wait(0)
}

describe('lanes of fits', () => {
  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 1],
    [8, 2, 4],
  ])('%i threads make %i lanes of %i', (threads, lanes, each) => {
    const { run, threads: perFit } = foldLanes(threads)
    expect([run.concurrency, perFit]).toEqual([lanes, each])
  })

  test('results are taken in order, whichever is done first, and never more run than there are lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        async (items, threads) => {
          const lanes = foldLanes(threads)
          const taken: number[] = []
          let [now, most] = [0, 0]
          await inOrder(items, {
            lanes,
            signal: undefined,
            work: async (item, index) => {
              most = Math.max(most, ++now)
              await turns(item)
              now -= 1
              return index
            },
            take: (result) => {
              taken.push(result)
              return true
            },
          })
          expect(taken).toEqual(items.map((_, index) => index))
          expect(most).toBeLessThanOrEqual(lanes.run.concurrency)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('two lanes run at once: each of two items waits for the other to begin', async () => {
    let begun = 0
    await inOrder(['one', 'other'], {
      lanes: foldLanes(2),
      signal: undefined,
      work: async () => {
        begun += 1
        while (begun < 2) await wait(1)
      },
      take: () => true,
    })
    expect(begun).toBe(2)
  })

  test('what is decided on the way does not depend on the lanes, and what nobody waits for is ended', async () => {
    const outcome = async (threads: number): Promise<number[]> => {
      const taken: number[] = []
      await inOrder(['first', 'second', 'endless', 'endless', 'endless'], {
        lanes: foldLanes(threads),
        signal: undefined,
        work: async (item, index, signal) => {
          while (item === 'endless' && !signal.aborted) await wait(1)
          return index
        },
        take: (result) => {
          taken.push(result)
          return result < 1
        },
      })
      return taken
    }
    expect(await outcome(1)).toEqual([0, 1])
    expect(await outcome(2)).toEqual([0, 1])
  })

  test('the first failing item in order is thrown, after all work has ended', async () => {
    let running = 0
    const failing = inOrder(['late', 'early', 'never'], {
      lanes: foldLanes(2),
      signal: undefined,
      work: async (item) => {
        running += 1
        await turns(item === 'late' ? 4 : 1)
        running -= 1
        throw new Error(item)
      },
      take: () => true,
    })
    await expect(failing).rejects.toThrow('late')
    expect(running).toBe(0)
  })

  test('the caller’s signal reaches the work', async () => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const stopped = inOrder([1, 2], {
      lanes: foldLanes(2),
      signal: caller.signal,
      work: async (_, __, signal) => {
        caller.abort(reason)
        await turns(1)
        signal.throwIfAborted()
      },
      take: () => true,
    })
    await expect(stopped).rejects.toBe(reason)
  })
})
