import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { DMatrix, train } from '@claims/xgboost'
import { libraries } from './libraries.ts'

const [ROWS, COLUMNS] = [40_000, 20]
const MOST_MILLISECONDS = 20

const values = (() => {
  const x = new Float32Array(ROWS * COLUMNS)
  let state = 1
  for (let index = 0; index < x.length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    x[index] = state / 0x80000000
  }
  return x
})()

/** The delay in milliseconds that 99 of 100 turns of the event loop stay under while work goes on. */
async function delayDuring(work: () => Promise<unknown>): Promise<{ p99: number; seconds: number }> {
  const monitor = monitorEventLoopDelay({ resolution: 1 })
  const started = performance.now()
  monitor.enable()
  await work()
  monitor.disable()
  return { p99: monitor.percentile(99) / 1e6, seconds: (performance.now() - started) / 1000 }
}

test.each(libraries)(
  'the event loop goes on while a training runs on two threads, library %s',
  async (_version, library) => {
    const at = (row: number, column: number): number => values[row * COLUMNS + column] ?? 0
    const label = Float32Array.from({ length: ROWS }, (_, row) =>
      Number(at(row, 0) + at(row, 1) * at(row, 2) > at(row, 3) * 1.5),
    )
    using data = DMatrix.fromDense(values, { rows: ROWS, columns: COLUMNS, label, nthread: 2, library })
    const params = { objective: 'binary:logistic', treeMethod: 'hist', maxDepth: 8, nthread: 2 } as const
    const training = async (rounds: number): Promise<void> => {
      const { booster } = await train({ params, data, rounds, evals: { train: data } })
      booster.dispose()
    }
    await training(2)
    // Other programs may hold the processors: the least of several turns is what the training itself costs.
    const turns: { excess: number; p99: number; seconds: number }[] = []
    while (turns.length < 5 && !turns.some(({ excess }) => excess < MOST_MILLISECONDS)) {
      const idle = await delayDuring(() => sleep(500))
      const busy = await delayDuring(() => training(60))
      turns.push({ ...busy, excess: busy.p99 - Math.max(0, idle.p99 - 2) })
    }
    expect(Math.max(...turns.map(({ seconds }) => seconds))).toBeGreaterThan(0.3)
    expect(Math.min(...turns.map(({ excess }) => excess))).toBeLessThan(MOST_MILLISECONDS)
  },
)
