import { openSync, writeSync } from 'node:fs'
import {
  Booster,
  DMatrix,
  loadLibrary,
  QuantileDMatrix,
  readTrees,
  train,
  XGBoostError,
} from '@claims/xgboost'
import type {
  BoosterParameters,
  DataMatrix,
  NumericArray,
  PredictionData,
  PredictOptions,
  SparseRows,
} from '@claims/xgboost'

/**
 * Calls the package with random sizes, types, parameters and damaged models, as wrong as the types allow. Every call
 * must answer or throw an XGBoostError; a crash ends this process. Prints how many calls did what, and keeps the call
 * that it is at in the progress file: a pipe that its reader empties late refuses writes.
 */
const [libraryPath = '', calls = '20000', firstSeed = '1', progressPath = '/dev/null'] = process.argv.slice(2)
const library = loadLibrary({ path: libraryPath })
const progress = openSync(progressPath, 'w')

let state = Number(firstSeed)
/** A number from 0 to 1 (mulberry32). */
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const below = (limit: number): number => Math.floor(random() * limit)
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!
const often = (share: number): boolean => random() < share

const STRANGE = [NaN, Infinity, -Infinity, -1, 0, -0, 0.5, 1e38, -1e38, 1e-40, 3.5, 2 ** 31, 2 ** 24]
const TYPES = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
]
const number = (): number => (often(0.03) ? oneOf(STRANGE) : random() * 2 - 0.5)
const floats = (length: number): Float32Array => Float32Array.from({ length }, number)
const numbers = (length: number): NumericArray => {
  const array: NumericArray = new (oneOf(TYPES))(length)
  for (let index = 0; index < length; index += 1) array[index] = number() * 10
  return array
}
/** A length that is mostly right. */
const near = (length: number): number =>
  Math.max(0, often(0.9) ? length : oneOf([0, 1, length + 1, length - 1, 2 * length]))
const count = (limit: number): number =>
  often(0.95) ? 1 + below(limit) : oneOf([0, -1, NaN, 1.5, 2 ** 31, 2 ** 53, Infinity])
const positive = (length: number): number => Math.max(0, length)
const name = (): string => oneOf(['a', 'f0', '', 'x y', '[', '<', 'é', '\0', 'a"b', '\n', '🙂'])

const labels = (rows: number): Float32Array =>
  Float32Array.from({ length: near(rows) }, () => (often(0.999) ? below(2) : number()))
const info = (rows: number, columns: number) => ({
  ...(often(0.9) && { label: labels(rows) }),
  ...(often(0.2) && {
    weight: Float32Array.from({ length: near(rows) }, () => (often(0.98) ? 1 : number())),
  }),
  ...(often(0.2) && {
    featureNames: Array.from({ length: Math.min(near(columns), 99) }, (_, index) =>
      often(0.9) ? `n${index}` : name(),
    ),
  }),
  ...(often(0.1) && { missing: number() }),
  ...(often(0.1) && {
    featureTypes: Array.from({ length: Math.min(near(columns), 99) }, () =>
      oneOf(['q', 'float', 'int', 'i', 'c'] as const),
    ),
  }),
  ...(often(0.05) && {
    qid: Uint32Array.from({ length: near(rows) }, (_, row) => (often(0.95) ? row >> 2 : below(9))),
  }),
  ...(often(0.05) && { group: Uint32Array.from({ length: near(2) }, () => below(rows)) }),
  ...(often(0.05) && { labelLowerBound: floats(near(rows)), labelUpperBound: floats(near(rows)) }),
  ...(often(0.05) && { baseMargin: floats(near(rows) * oneOf([1, 1, 2, 3])) }),
  ...(often(0.05) && { featureWeights: floats(Math.min(near(columns), 99)) }),
  nthread: often(0.95) ? 1 : oneOf([0, 2, -1, 3]),
  library,
})

const matrix = (): DataMatrix => {
  if (often(0.2)) {
    const [rows, columns] = [1 + below(40), 1 + below(6)]
    return often(0.5)
      ? DMatrix.fromCsr(sparse(rows, columns), { columns, ...info(rows, columns) })
      : DMatrix.fromCsc(sparse(columns, rows), { rows, ...info(rows, columns) })
  }
  if (often(0.1) && matrices.length > 0)
    return oneOf(matrices).slice(
      Int32Array.from({ length: below(20) }, () => (often(0.98) ? below(20) : below(99) - 9)),
    )
  if (often(0.3)) {
    const [rows, columns] = [1 + below(40), below(6)]
    return DMatrix.fromColumns(
      Array.from({ length: columns }, () => (often(0.5) ? floats(near(rows)) : numbers(near(rows)))),
      info(rows, columns),
    )
  }
  const [rows, columns] = [count(60), count(6)]
  const length = Number.isSafeInteger(rows * columns) && rows * columns < 1e6 ? positive(rows * columns) : 8
  const values = often(0.8) ? floats(near(length)) : Float64Array.from({ length }, number)
  return DMatrix.fromDense(values, { rows, columns, ...info(Math.min(positive(rows) || 0, 1e4), columns) })
}

const OBJECTIVES = [
  'binary:logistic',
  'reg:squarederror',
  'multi:softprob',
  'multi:softmax',
  'rank:pairwise',
  'count:poisson',
  'survival:cox',
  'survival:aft',
  'reg:gamma',
  'none',
  '',
]
const parameters = (): BoosterParameters => ({
  objective: often(0.6) ? 'binary:logistic' : oneOf(OBJECTIVES),
  nthread: 1,
  maxDepth: below(6),
  ...(often(0.3) && { booster: oneOf(['gbtree', 'dart', 'gblinear'] as const) }),
  ...(often(0.6) && { treeMethod: oneOf(['hist', 'approx', 'exact', 'auto'] as const) }),
  ...(often(0.3) && { numClass: below(5) }),
  ...(often(0.2) && { eta: number() }),
  ...(often(0.2) && { subsample: number() }),
  ...(often(0.1) && { colsampleBytree: number() }),
  ...(often(0.1) && { maxBin: below(300) }),
  ...(often(0.1) && { numParallelTree: below(4) }),
  ...(often(0.1) && { lambda: number() }),
  ...(often(0.1) && { minChildWeight: number() }),
  ...(often(0.1) && { baseScore: number() }),
  ...(often(0.1) && {
    evalMetric: oneOf(['auc', 'logloss', 'mlogloss', 'ndcg', 'error@x', 'aft-nloglik', 'no']),
  }),
  ...(often(0.1) && { growPolicy: oneOf(['lossguide', 'depthwise'] as const), maxLeaves: below(9) }),
  ...(often(0.1) && {
    monotoneConstraints: Array.from({ length: below(7) }, () => oneOf([-1, 0, 1] as const)),
  }),
  ...(often(0.1) && { interactionConstraints: [[below(7), below(7)], [below(2)]] }),
  ...(often(0.03) && { [oneOf(['maxDeph', 'max_depth', 'x'])]: 1 }),
})

const sparse = (rows: number, columns: number): SparseRows => {
  const indptr = Uint32Array.from({ length: near(rows + 1) }, (_, row) => (often(0.99) ? row : below(99)))
  const length = near(rows)
  const indices = Int32Array.from({ length }, () => (often(0.99) ? below(columns) : below(99) - 9))
  return { indptr, indices, values: floats(often(0.98) ? length : near(length)) }
}

/** Rows of one of the kinds that a model predicts, with their options. */
const rowsFor = (columns: number): [data: PredictionData, options: PredictOptions] => {
  const [rows, given] = [count(20), often(0.9) ? columns : count(9)]
  const some = Math.min(positive(rows) || 0, 50)
  const options = {
    ...(often(0.1) && { missing: number() }),
    ...(often(0.1) && { iterationRange: [below(4) - 1, below(5)] as const }),
    ...(often(0.05) && { out: new Float32Array(near(some)) }),
  }
  const kind = random()
  if (kind < 0.6) {
    const length = near(Math.min(positive(rows * given) || 0, 1e5))
    return [
      often(0.8) ? floats(length) : Float64Array.from({ length }, number),
      { rows, columns: given, ...options },
    ]
  }
  if (kind < 0.7)
    return [
      Array.from({ length: near(columns) }, () => (often(0.7) ? floats(near(some)) : numbers(near(some)))),
      options,
    ]
  if (kind < 0.85) return [sparse(some, columns), options]
  return [matrices.length === 0 ? floats(1) : oneOf(matrices), options]
}

/** What a whole model answers to every question. */
const ask = (booster: Booster): void => {
  const columns = booster.numFeatures
  const [rows, options] = rowsFor(columns)
  oneOf([
    () => booster.predict(rows, { ...options, outputMargin: often(0.3) }),
    () => booster.predict(rows, { ...options, baseMargin: floats(near(20)) }),
    () => booster.predictContributions(rows, { ...options, approximate: often(0.3) }),
    () => booster.predictInteractions(rows, options),
    () => booster.predictLeaf(rows, options),
    () => booster.trees(),
    () => booster.dump({ format: oneOf(['text', 'json', 'dot']), withStats: often(0.5) }),
    () => {
      booster.slice(below(4) - 1, below(5), often(0.8) ? 1 : below(4)).dispose()
    },
    () => booster.featureScores(oneOf(['weight', 'gain', 'totalGain', 'cover', 'totalCover'])),
    () => booster.attributes(),
    () => {
      booster.setAttribute(name(), often(0.5) ? name() : undefined)
    },
    () => {
      booster.setFeatureNames(Array.from({ length: near(columns) }, (_, index) => `m${index}`))
    },
    () => {
      booster.setParameters(often(0.5) ? { nthread: 1 } : parameters())
    },
    () => {
      Booster.fromBuffer(booster.saveBuffer(oneOf(['ubj', 'json'])), { library }).dispose()
    },
  ])()
}

/** Flips, cuts, doubles and overwrites bytes. */
const damaged = (model: Uint8Array): Uint8Array => {
  let bytes = Buffer.from(model)
  for (let left = 1 + below(3); left > 0; left -= 1) {
    const [at, end] = [below(bytes.length), below(bytes.length)]
    const change = below(6)
    if (change === 0) bytes[at] = below(256)
    else if (change === 1) bytes = bytes.subarray(0, at)
    else if (change === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(at, end))])
    else if (change === 3) bytes.fill(below(256), Math.min(at, end), Math.max(at, end))
    else if (change === 4) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    else bytes.copy(bytes, at, end, end + below(30))
    if (bytes.length < 20) break
  }
  return bytes
}

/** Replaces a number in a model that is text, which keeps it whole but makes it wrong. */
const renumbered = (model: Uint8Array): Uint8Array => {
  const text = Buffer.from(model).toString()
  const places = [...text.matchAll(/-?\d+(\.\d+)?(E-?\d+)?/g)]
  const place = oneOf(places)
  const value = oneOf(['-1', '0', '1', '7', '2147483647', '4294967296', '1e30', '-0.5', '99999'])
  return Buffer.from(`${text.slice(0, place.index)}${value}${text.slice(place.index + place[0].length)}`)
}

const models: Uint8Array[] = []
let boosters: Booster[] = []
let matrices: DataMatrix[] = []
const keep = <T extends Disposable>(kept: T[], item: T): T[] => {
  kept.push(item)
  if (kept.length > 12) kept.shift()?.[Symbol.dispose]()
  return kept
}

const quantileMatrix = async (): Promise<void> => {
  const [rows, columns] = [1 + below(60), 1 + below(6)]
  const options = { ...info(rows, columns), ...(often(0.5) && { maxBin: below(300) }) }
  const made: DataMatrix = await QuantileDMatrix.fromDense(floats(near(rows * columns)), {
    rows,
    columns,
    ...options,
    ...(often(0.3) && matrices.length > 0 && { ref: oneOf(matrices) }),
  })
  matrices = keep(matrices, made)
}
const configure = (): void => {
  if (boosters.length < 2) return
  const config = Buffer.from(oneOf(boosters).saveConfig())
  oneOf(boosters).loadConfig(
    often(0.2)
      ? config.toString()
      : Buffer.from(often(0.5) ? renumbered(config) : damaged(config)).toString(),
  )
}
const trainOne = async (): Promise<void> => {
  if (matrices.length === 0) return
  const data = oneOf(matrices)
  const { booster } = await train({
    params: parameters(),
    data,
    rounds: often(0.95) ? 1 + below(4) : count(3),
    ...(often(0.3) && { evals: { [often(0.9) ? 'valid' : name()]: oneOf(matrices) } }),
    ...(often(0.2) && { earlyStoppingRounds: count(3) }),
  })
  boosters = keep(boosters, booster)
  if (models.length < 400) models.push(booster.saveBuffer('json'), booster.saveBuffer('ubj'))
}
const loadDamaged = (): void => {
  const model = oneOf(models)
  const isText = model[1] === 0x22
  const bytes = isText && often(0.6) ? renumbered(model) : damaged(model)
  if (often(0.1)) readTrees(bytes)
  const booster = Booster.fromBuffer(bytes, { library, params: { nthread: 1 } })
  try {
    ask(booster)
    booster.predict(floats(3 * booster.numFeatures), { rows: 3, columns: booster.numFeatures })
  } finally {
    booster.dispose()
  }
}

const work: [share: number, name: string, run: () => void | Promise<void>][] = [
  [0.2, 'matrix', () => void (matrices = keep(matrices, matrix()))],
  [0.22, 'quantile matrix', quantileMatrix],
  [0.24, 'configuration', configure],
  [0.38, 'train', trainOne],
  [0.68, 'damaged model', () => (models.length === 0 ? undefined : loadDamaged())],
  [0.985, 'ask', () => (boosters.length === 0 ? undefined : ask(oneOf(boosters)))],
  [
    0.99,
    'use after dispose',
    () => {
      oneOf([...boosters, ...matrices, matrix()]).dispose()
    },
  ],
  [
    1,
    'foreign bytes',
    () =>
      void Booster.fromBuffer(
        Uint8Array.from({ length: below(99) }, () => below(256)),
        { library },
      ),
  ],
]

const answered: Record<string, number> = {}
const refused: Record<string, number> = {}
let unexpected = ''
for (let call = 0; call < Number(calls); call += 1) {
  const before = state
  const share = random()
  const [, what, run] = work.find(([limit]) => share < limit) ?? work[0]!
  writeSync(progress, `${what} ${call} ${before}\n`.padEnd(60), 0)
  try {
    await run()
    answered[what] = (answered[what] ?? 0) + 1
  } catch (error) {
    if (error instanceof XGBoostError) refused[error.code] = (refused[error.code] ?? 0) + 1
    else if (unexpected === '')
      unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}
process.stdout.write(JSON.stringify({ answered, refused, unexpected }))
