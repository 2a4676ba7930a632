import { availableParallelism } from 'node:os'
import { DMatrix, loadLibrary, train } from '@claims/xgboost'
import type { Booster } from '@claims/xgboost'

/** One side of the comparison: prints figures in seconds, microseconds and megabytes as JSON. */
const [libraryPath = '', what = 'wide'] = process.argv.slice(2)
const library = loadLibrary({ path: libraryPath })
const threads = availableParallelism()

/** Cells of ((index x 7919) mod 10007) / 10007 and labels of three of them; python_side.py makes the same. */
const cells = (rows: number, columns: number): Float32Array => {
  const x = new Float32Array(rows * columns)
  for (let index = 0; index < x.length; index += 1)
    x[index] = (((index % 10_007) * 7919 + ((index / columns) | 0) * 104_729) % 10_007) / 10_007
  return x
}
const labelOf = (x: Float32Array, columns: number): Float32Array =>
  Float32Array.from({ length: x.length / columns }, (_, row) => {
    const at = row * columns
    return Number(x[at]! + x[at + 1]! * x[at + 2]! > 0.3 + x[at + 3]!)
  })
const seconds = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** The least of five times: other programs only add to it. */
const best = async (work: () => unknown): Promise<number> => {
  let least = Infinity
  for (let turn = 0; turn < 5; turn += 1) least = Math.min(least, await seconds(work))
  return least
}

const figures: Record<string, number> = {}
async function training(name: string, rows: number, columns: number): Promise<Booster> {
  const x = cells(rows, columns)
  const label = labelOf(x, columns)
  let trained: Booster | undefined
  figures[name] = await seconds(async () => {
    const data = DMatrix.fromDense(x, { rows, columns, label, nthread: threads, library })
    const params = {
      objective: 'binary:logistic',
      treeMethod: 'hist',
      maxDepth: 6,
      nthread: threads,
    } as const
    trained = (await train({ params, data, rounds: 100 })).booster
    data.dispose()
  })
  return trained!
}

function singleRows(booster: Booster, columns: number): void {
  booster.setParameters({ nthread: 1 })
  const rows = cells(1000, columns)
  const calls = 100_000
  const durations = new Float64Array(calls)
  const shape = { rows: 1, columns }
  for (let call = -20_000; call < calls; call += 1) {
    const at = (((call % 1000) + 1000) % 1000) * columns
    const row = rows.subarray(at, at + columns)
    const started = performance.now()
    booster.predict(row, shape)
    if (call >= 0) durations[call] = performance.now() - started
  }
  durations.sort()
  figures['row_p50'] = durations[calls / 2]! * 1000
  figures['row_p99'] = durations[calls * 0.99]! * 1000
}

const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024

if (what === 'wide') {
  const columns = 50
  using booster = await training('train_wide', 100_000, columns)
  const many = cells(1_000_000, columns)
  booster.predict(many.subarray(0, columns * 1000), { rows: 1000, columns })
  figures['rows'] = await best(() => booster.predict(many, { rows: 1_000_000, columns }))
  const some = many.subarray(0, 10_000 * columns)
  figures['contributions'] = await best(() => booster.predictContributions(some, { rows: 10_000, columns }))
  singleRows(booster, columns)
} else if (what === 'long') {
  ;(await training('train_long', 434_000, 16)).dispose()
} else {
  const [rows, count] = [400_000, 50]
  const columns = Array.from({ length: count }, (_, column) =>
    Float32Array.from({ length: rows }, (_, row) => ((row * 31 + column) % 1009) / 1009),
  )
  globalThis.gc?.()
  const before = peakMegabytes()
  using data = DMatrix.fromColumns(columns, { nthread: threads, library })
  figures['columns_copy'] = peakMegabytes() - before
  if (data.rows !== rows) throw new Error('rows')
}
process.stdout.write(JSON.stringify({ version: library.version, figures }))
