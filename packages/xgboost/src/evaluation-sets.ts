import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'
import { addressOf, cString, readString } from './native/native-memory.ts'

/** Metric values by evaluation set, then by metric, both in the order they were given. */
export type RoundMetrics = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Evaluation sets laid out in native memory for repeated calls. */
export class EvaluationSets {
  readonly names: readonly string[]
  readonly matrices: readonly DataMatrix[]
  readonly matrixPointers: BigUint64Array
  readonly namePointers: BigUint64Array
  readonly out: BigUint64Array = new BigUint64Array(1)
  readonly #nameBytes: readonly Uint8Array[]

  constructor(sets: Readonly<Record<string, DataMatrix>>) {
    this.names = Object.keys(sets)
    this.matrices = Object.values(sets)
    for (const name of this.names)
      if (name === '' || /[\t:\0]/.test(name))
        throw new XGBoostError(
          'invalid_parameter',
          `evaluation set name ${JSON.stringify(name)} must not be empty and must not hold a tab or a colon`,
        )
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

/** Whether a greater value of the metric is better. */
export const isMaximised = (metric: string): boolean =>
  metric !== 'mape' && /^(auc|aucpr|pre|map|ndcg|interval-regression-accuracy)/.test(metric)
