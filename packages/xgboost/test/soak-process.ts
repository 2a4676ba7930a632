import { setImmediate } from 'node:timers/promises'
import { Booster, DMatrix, loadLibrary, train } from '@claims/xgboost'

/** Makes and drops matrices and boosters, and prints the resident size after the first tenth and at the end. */
const [libraryPath = '', way = 'dispose'] = process.argv.slice(2)
const [MATRICES, BOOSTERS, ROWS, COLUMNS] = [10_000, 1_000, 200, 50]
const library = loadLibrary({ path: libraryPath })
const disposes = way === 'dispose'
const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, index) => Math.sin(index * 12.9898))
const label = Float32Array.from({ length: ROWS }, (_, row) => Number((values[row * COLUMNS] ?? 0) > 0))
const shape = { rows: ROWS, columns: COLUMNS }
const params = { objective: 'binary:logistic', treeMethod: 'hist', maxDepth: 4, nthread: 1 } as const

const matrix = (): DMatrix => DMatrix.fromDense(values, { ...shape, label, nthread: 1, library })
const data = matrix()
const { booster } = await train({ params, data, rounds: 40 })
const model = booster.saveBuffer('ubj')

/** Collects garbage until the finalizers of what was dropped have run. */
const collect = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.()
    await setImmediate()
  }
}
const megabytes = async (): Promise<number> => {
  await collect()
  return process.memoryUsage().rss / 2 ** 20
}
/** Every round makes ten matrices and one booster. */
const rounds = async (count: number): Promise<void> => {
  for (let round = 0; round < count; round += 1) {
    for (let made = 0; made < MATRICES / BOOSTERS; made += 1) {
      const dropped = matrix()
      if (disposes) dropped.dispose()
    }
    // One in ten is trained, which takes a thread of its own until it is freed.
    const dropped =
      round % 10 === 0
        ? (await train({ params, data, rounds: 2 })).booster
        : Booster.fromBuffer(model, { library, params: { nthread: 1 } })
    dropped.predict(values, shape)
    if (disposes) dropped.dispose()
    if (!disposes && round % 20 === 19) await collect()
  }
}
await rounds(BOOSTERS / 10)
const first = await megabytes()
await rounds((BOOSTERS * 9) / 10)
process.stdout.write(JSON.stringify({ first, last: await megabytes() }))
