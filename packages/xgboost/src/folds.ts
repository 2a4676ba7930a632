import { XGBoostError } from './errors.ts'

/** The rows to train on and the rows to test on. */
export interface Fold {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** How rows or groups are divided. */
export interface FoldOptions {
  readonly nfold: number
  /** Whether to shuffle before dividing. */
  readonly shuffle: boolean
  readonly seed: number
}

/** Divides `count` things into `nfold` parts whose sizes differ by at most one, the greater ones first. */
export function divide(count: number, { nfold, shuffle, seed }: FoldOptions): Int32Array[] {
  requireFolds(nfold, count, 'rows or groups')
  const order = Int32Array.from({ length: count }, (_, index) => index)
  if (shuffle) shuffled(order, generator(seed))
  const [size, greater] = [Math.floor(count / nfold), count % nfold]
  return Array.from({ length: nfold }, (_, fold) => {
    const begin = fold * size + Math.min(fold, greater)
    return order.slice(begin, begin + size + (fold < greater ? 1 : 0))
  })
}

/**
 * Divides rows so that each part has the classes in the proportions of the whole, as scikit-learn's StratifiedKFold
 * (the same parts without shuffling).
 *
 * @param label the class of each row
 * @param options parts, shuffling, seed
 * @returns the rows of each part, ascending
 */
export function divideStratified(label: Float32Array, { nfold, shuffle, seed }: FoldOptions): Int32Array[] {
  requireFolds(nfold, label.length, 'rows')
  const rowsOf = new Map<number, number[]>()
  label.forEach((value, row) => {
    const rows = rowsOf.get(value)
    if (rows) rows.push(row)
    else rowsOf.set(value, [row])
  })
  const most = Math.max(...Array.from(rowsOf.values(), (rows) => rows.length))
  if (most < nfold)
    throw new XGBoostError(
      'invalid_parameter',
      `stratified folds need a class of at least nfold = ${nfold} rows; the largest has ${most}`,
    )
  const random = generator(seed)
  const partOf = new Int32Array(label.length)
  let before = 0
  for (const rows of rowsOf.values()) {
    // Sorted by class in the order of first appearance, every nfold-th row belongs to the same part.
    const sizes = Array.from({ length: nfold }, (_, part) => countFrom(before, rows.length, { part, nfold }))
    const parts = Int32Array.from(sizes.flatMap((size, part) => new Array<number>(size).fill(part)))
    if (shuffle) shuffled(parts, random)
    rows.forEach((row, index) => {
      partOf[row] = parts[index] ?? 0
    })
    before += rows.length
  }
  const parts = Array.from({ length: nfold }, (): number[] => [])
  partOf.forEach((part, row) => parts[part]?.push(row))
  return parts.map((rows) => Int32Array.from(rows))
}

/** How many of the places `begin` to `begin + length` leave the remainder `part` when divided by `nfold`. */
const countFrom = (
  begin: number,
  length: number,
  { part, nfold }: { part: number; nfold: number },
): number => {
  const below = (end: number): number => Math.floor((end - part + nfold - 1) / nfold)
  return below(begin + length) - below(begin)
}

/** Each part once for testing, the others for training. */
export const foldsOf = (parts: readonly Int32Array[]): Fold[] =>
  parts.map((test, index) => ({
    train: Int32Array.from(parts.flatMap((rows, other) => (other === index ? [] : Array.from(rows)))),
    test,
  }))

const requireFolds = (nfold: number, count: number, what: string): void => {
  if (!Number.isSafeInteger(nfold) || nfold < 2 || nfold > count)
    throw new XGBoostError(
      'invalid_parameter',
      `nfold must be a whole number from 2 to the ${count} ${what}; got ${nfold}`,
    )
}

/** Mulberry32: numbers in [0, 1) that repeat for the same seed. */
const generator = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Fisher-Yates, in place. */
const shuffled = (values: Int32Array, random: () => number): void => {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const held = values[at] ?? 0
    values[at] = values[other] ?? 0
    values[other] = held
  }
}
