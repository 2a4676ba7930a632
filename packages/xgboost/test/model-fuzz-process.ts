import { openSync, writeSync } from 'node:fs'
import { Booster, loadLibrary, readTrees, XGBoostError } from '@claims/xgboost'
import { modelFiles } from './model-files.ts'
import { writeUbjson } from './write-ubjson.ts'
import { parseModel } from '../src/model-fields.ts'
import type { ModelValue } from '../src/ubjson.ts'

/**
 * Changes whole models where it matters, in one to three places, as JSON and as UBJSON, and asks everything of what is
 * read. Every call must answer or throw an XGBoostError; a crash ends this process. Prints how many did what, and keeps
 * the change it is at in the progress file.
 */
const [libraryPath = '', calls = '3000', seed = '1', progressPath = '/dev/null'] = process.argv.slice(2)
const library = loadLibrary({ path: libraryPath })
const progress = openSync(progressPath, 'w')

let state = Number(seed)
/** A number from 0 to 1 (mulberry32). */
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const below = (limit: number): number => Math.floor(random() * limit)
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!

interface Node {
  [key: string]: Value
}
type Value = null | boolean | number | string | Value[] | Node

/** A model of plain lists and objects, which can be changed. */
const plain = (value: ModelValue): Value => {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array)
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

interface Place {
  readonly holder: Node | Value[]
  readonly key: string | number
  readonly path: string
}

/** Every place of a model; of a long list some. */
const placesOf = (
  value: Value,
  path = '',
  found: { holder: Node | Value[]; key: string | number; path: string }[] = [],
): Place[] => {
  if (typeof value !== 'object' || value === null) return found
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 12) : Object.keys(value)
  for (const key of keys) {
    const item = (value as Record<string | number, Value>)[key] ?? null
    found.push({ holder: value, key, path: `${path}.${key}` })
    placesOf(item, `${path}.${key}`, found)
  }
  return found
}

const SIZES = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  64,
  65,
  1000,
  65_536,
  16_777_215,
  16_777_216,
  1e9,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
]
const NUMBERS = [
  ...SIZES,
  -1,
  -2,
  -(2 ** 31),
  0.5,
  -0.5,
  -0,
  1e-45,
  3.5e38,
  -1e300,
  Infinity,
  -Infinity,
  Number.NaN,
]

const changedNumber = (value: number): number =>
  oneOf([value + 1, value - 1, value * 2, -value, oneOf(NUMBERS), below(10)])

const changedText = (value: string): string =>
  /^[\d.E[\],+-]+$/.test(value)
    ? oneOf([
        String(oneOf(NUMBERS)),
        String(Number.parseFloat(value) + 1),
        `[${value}]`,
        `${value},1`,
        '',
        '-1',
        '1e9',
        '999999999',
        ' 1',
        'nan',
      ])
    : oneOf([
        '',
        'gbtree',
        'dart',
        'gblinear',
        'multi:softmax',
        'reg:squarederror',
        'rank:ndcg',
        'survival:aft',
        'a\0b',
        '"',
        '\u0001é🙂',
        `${value}x`,
        'c',
        'q',
      ])

const changedList = (list: Value[]): Value[] => {
  const copy = [...list]
  const at = below(copy.length + 1)
  return oneOf([
    () => copy.slice(0, at),
    () => [...copy, ...copy.slice(0, at + 1)],
    () => [...copy.slice(0, at), oneOf([0, 1, -1, null, 'x', 1e9]), ...copy.slice(at)],
    () => copy.reverse(),
    () => {
      const [one, other] = [below(copy.length), below(copy.length)]
      if (copy.length > 0) [copy[one], copy[other]] = [copy[other] ?? null, copy[one] ?? null]
      return copy
    },
    () => copy.map(() => oneOf(NUMBERS)),
    () => [],
  ])()
}

const change = ({ holder, key }: Place, places: readonly Place[]): void => {
  const target = holder as Record<string | number, Value>
  const value = target[key] ?? null
  const kind = random()
  if (kind < 0.08) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else Reflect.deleteProperty(target, key)
  } else if (kind < 0.16) {
    const other = oneOf(places)
    target[key] = structuredClone((other.holder as Record<string | number, Value>)[other.key] ?? null)
  } else if (kind < 0.2) target[key] = oneOf<Value>([null, true, [], {}, '', 0, [[]]])
  else if (typeof value === 'number') target[key] = changedNumber(value)
  else if (typeof value === 'string') target[key] = changedText(value)
  else if (Array.isArray(value)) target[key] = changedList(value)
  else if (typeof value === 'boolean') target[key] = !value
  else if (value !== null) {
    const keys = Object.keys(value)
    const [one, other] = [oneOf(keys), oneOf(keys)]
    if (keys.length > 0) [value[one], value[other]] = [value[other] ?? null, value[one] ?? null]
  }
}

/** JSON as XGBoost writes it, numbers that are not finite included; numbers of float lists keep a point. */
const asJson = (value: Value, key = ''): string => {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
    const text = Object.is(value, -0) ? '-0' : String(value)
    return FLOATS.has(key) && /^-?\d+$/.test(text) ? `${text}.0` : text
  }
  if (Array.isArray(value)) return `[${value.map((item) => asJson(item, key)).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}:${asJson(item, name)}`)
    .join()}}`
}

/** Lists of 32-bit floats in UBJSON. */
const FLOATS = new Set([
  'split_conditions',
  'base_weights',
  'leaf_weights',
  'loss_changes',
  'sum_hessian',
  'weights',
  'weight_drop',
])

/** A name that stands twice, which readers take differently. */
const doubled = (text: string): string => {
  const names = ['left_children', 'right_children', 'tree_info', 'num_target', 'split_indices', 'num_nodes']
  const name = oneOf(names)
  const written = oneOf([name, name.replace('_', '\\u005f')])
  const value = name.startsWith('num_') ? '"1000000"' : '[1,2,1000000]'
  return oneOf([
    () => text.replace(`"${name}":`, `"${written}":${value},"${name}":`),
    () => text.replace(`"${name}":`, `"${written}":`),
  ])()
}

const sources = modelFiles.filter(
  ({ format, version }) => format !== 'bin' && Number(version.split('.')[0]) >= 1,
)
const loadable = sources.filter(({ bytes }) => {
  try {
    Booster.fromBuffer(bytes, { library }).dispose()
    return true
  } catch (error) {
    if (error instanceof XGBoostError) return false
    throw error
  }
})

const ask = (bytes: Uint8Array): void => {
  using booster = Booster.fromBuffer(bytes, { library, params: { nthread: 1 } })
  const columns = booster.numFeatures
  if (columns === 0 || columns > 64) return
  const rows = oneOf([1, 3, 64, 65, 130])
  const x = Float32Array.from({ length: rows * columns }, () =>
    oneOf([random(), random() * 5, Number.NaN, below(6), -1e30]),
  )
  const shape = { rows, columns }
  const attempts: (() => unknown)[] = [
    () => booster.predict(x, shape),
    () => booster.predict(x, { ...shape, outputMargin: true, strictShape: true }),
    () => booster.predictLeaf(x, { ...shape, strictShape: true }),
    () => booster.predictContributions(x, shape),
    () => booster.predictContributions(x, { ...shape, approximate: true }),
    () => booster.predictInteractions(x.subarray(0, columns), { rows: 1, columns }),
    () => booster.dump({ format: oneOf(['text', 'json', 'dot'] as const), withStats: random() < 0.5 }),
    () => booster.dump({ format: 'json', withStats: true }).map((tree): unknown => JSON.parse(tree)),
    () => booster.featureScores('gain'),
    () => booster.trees(),
    () => booster.attributes(),
    () => {
      booster.slice(0, 1).dispose()
    },
    () => {
      Booster.fromBuffer(booster.saveBuffer(oneOf(['ubj', 'json'] as const)), { library }).dispose()
    },
    () => {
      for (let call = 0; call < 20; call += 1) booster.predict(x.subarray(0, columns), { rows: 1, columns })
    },
  ]
  for (const attempt of attempts.sort(() => random() - 0.5).slice(0, 5))
    try {
      attempt()
      count(answered, 'asked')
    } catch (error) {
      if (!(error instanceof XGBoostError)) throw error
      count(refused, `asked: ${error.code}`)
    }
}

const answered: Record<string, number> = {}
const refused: Record<string, number> = {}
const count = (counts: Record<string, number>, what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1
}
const unexpected: string[] = []
for (let call = 0; call < Number(calls); call += 1) {
  const before = state
  const { bytes, version, kind } = oneOf(loadable)
  const model = plain(parseModel(bytes))
  const changed: string[] = []
  for (let left = oneOf([1, 1, 1, 2, 3]); left > 0; left -= 1) {
    const places = placesOf(model)
    // Trees and sizes are most worth changing; names of features least.
    const candidates =
      random() < 0.7 ? places.filter(({ path }) => /trees|param|indptr|info|cats/.test(path)) : places
    if (candidates.length === 0) continue
    const place = oneOf(candidates)
    changed.push(place.path)
    change(place, places)
  }
  const format = random() < 0.5 ? 'json' : 'ubj'
  writeSync(
    progress,
    `call ${call} state ${before} ${version} ${kind} ${format} ${changed.join(' ')}\n`
      .padEnd(300)
      .slice(0, 300),
    0,
  )
  try {
    const text = asJson(model)
    const mutant =
      format === 'ubj' ? writeUbjson(model, FLOATS) : Buffer.from(random() < 0.1 ? doubled(text) : text)
    if (random() < 0.1) readTrees(mutant)
    ask(random() < 0.05 ? mutant.subarray(0, below(mutant.length)) : mutant)
    count(answered, 'model')
  } catch (error) {
    if (error instanceof XGBoostError) {
      count(refused, error.code)
      if (error.message.length > 1000) unexpected.push(`a message of ${error.message.length} characters`)
    } else unexpected.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}
process.stdout.write(JSON.stringify({ answered, refused, unexpected: unexpected.slice(0, 3) }))
