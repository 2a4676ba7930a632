import { DataMatrix } from './data-matrix.ts'
import { described, XGBoostError } from './errors.ts'
import { addressOf, cString, readString } from './native/native-memory.ts'

/** Metric values by evaluation set, then by metric, both in the order they were given. */
export type RoundMetrics = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Evaluation sets by name, or as pairs of name and set where the names are numbers, such as years. */
export type NamedSets =
  Readonly<Record<string, DataMatrix>> | readonly (readonly [name: string, data: DataMatrix])[]

/**
 * Evaluation sets in the order they were given.
 *
 * @param sets by name, or as pairs
 * @param ordered whether it matters which set is the last: JavaScript puts names that are whole numbers first
 * @throws XGBoostError `invalid_parameter` for an order that cannot be known, names that cannot be, and what is no set
 */
export function namedSets(sets: NamedSets, ordered: boolean): (readonly [string, DataMatrix])[] {
  const listed = isList(sets)
  const pairs: readonly (readonly unknown[])[] = listed ? sets : Object.entries(sets)
  const seen = new Set<string>()
  const checked = pairs.map((pair): readonly [string, DataMatrix] => {
    // A caller without types may give anything in place of a pair.
    const given: unknown = pair
    const [name, data] = Array.isArray(given) ? (given as readonly unknown[]) : []
    if (typeof name !== 'string' || name === '' || /[\t:\0]/.test(name))
      throw new XGBoostError(
        'invalid_parameter',
        `evaluation set name ${described(name)} must be a text that is not empty and holds no tab, colon or NUL`,
      )
    if (seen.has(name))
      throw new XGBoostError('invalid_parameter', `two evaluation sets are named ${described(name)}`)
    seen.add(name)
    if (!(data instanceof DataMatrix))
      throw new XGBoostError(
        'invalid_parameter',
        `evaluation set ${described(name)} must be a matrix; got ${described(data)}`,
      )
    return [name, data]
  })
  const number =
    ordered && !listed && checked.length > 1 ? checked.find(([name]) => isWhole(name))?.[0] : undefined
  if (number !== undefined)
    throw new XGBoostError(
      'invalid_parameter',
      `evals names a set ${number}: JavaScript puts whole numbers first, so that the last set is not known; give pairs, such as [['${number}', data], ...], or earlyStopping.dataName`,
    )
  return checked
}

/** Whether an object would put the name before the others. */
export const isWhole = (name: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(name)

const isList = (sets: NamedSets): sets is readonly (readonly [name: string, data: DataMatrix])[] =>
  Array.isArray(sets)

/** Evaluation sets laid out in native memory for repeated calls. */
export class EvaluationSets {
  readonly names: readonly string[]
  readonly matrices: readonly DataMatrix[]
  readonly matrixPointers: BigUint64Array
  readonly namePointers: BigUint64Array
  readonly out: BigUint64Array = new BigUint64Array(1)
  readonly #nameBytes: readonly Uint8Array[]

  constructor(sets: NamedSets) {
    const pairs = namedSets(sets, false)
    this.names = pairs.map(([name]) => name)
    this.matrices = pairs.map(([, data]) => data)
    this.#nameBytes = this.names.map(cString)
    this.matrixPointers = BigUint64Array.from(this.matrices, (matrix) => matrix.handle.pointer)
    this.namePointers = BigUint64Array.from(this.#nameBytes, addressOf)
  }

  /** Reads the text that the last evaluation left: `[round]\tname-metric:value\t...`, sets in order, metrics within. */
  metrics(): RoundMetrics {
    const cells = readString(this.out[0] ?? 0n)
      .split('\t')
      .slice(1)
    const perSet = cells.length / this.names.length
    if (this.#nameBytes.length === 0 || !Number.isInteger(perSet))
      throw new XGBoostError(
        'native',
        `unexpected evaluation text with ${cells.length} values for ${this.names.length} sets`,
      )
    return Object.fromEntries(
      this.names.map((name, index) => [
        name,
        Object.fromEntries(
          cells.slice(index * perSet, (index + 1) * perSet).map((cell) => metricOf(cell, name)),
        ),
      ]),
    )
  }
}

const metricOf = (cell: string, setName: string): [metric: string, value: number] => {
  const colon = cell.lastIndexOf(':')
  const text = cell.slice(colon + 1)
  const value = /^[+-]?inf/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
  return [cell.slice(setName.length + 1, colon), value]
}

/** Whether a greater value of a metric of the library is better: by its whole name, before `@` and a closing minus. */
export const isMaximised = (metric: string): boolean =>
  /^(?:auc|aucpr|pre|map|ndcg|interval-regression-accuracy)(?:@|-?$)/.test(metric)
