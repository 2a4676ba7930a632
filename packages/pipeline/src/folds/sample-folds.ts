import type { Random } from '@claims/frame'
import type { Split } from '@claims/models'

/** Training rows above which candidates are compared on a sample of them. */
export const comparedWhole = 200_000

/** Rows of the sample. */
export const sampleSize = 100_000

/** Folds of a sample of the training rows. */
export interface SampledFolds {
  readonly splits: readonly Split[]
  /** Training rows in the sample. */
  readonly rows: number
}

/**
 * The same folds with a stratified sample of their rows: of each class the same share of rows stays. A row stays in the
 * fold that it was in, so that groups stay together and time keeps its order.
 *
 * @param train training rows
 * @param target 0 or 1, of all rows of the data
 * @param how folds of the training rows, rows to keep, random order
 * @returns folds of about `size` rows in all
 * @example
 * sampleFolds(train, target, { splits, size: 100_000, random }).rows // 100000
 */
export function sampleFolds(
  train: Uint32Array,
  target: Uint8Array,
  how: { readonly splits: readonly Split[]; readonly size: number; readonly random: Random },
): SampledFolds {
  const kept = new Uint8Array(target.length)
  let rows = 0
  for (const label of [0, 1]) {
    const ofClass = train.filter((row) => target[row] === label)
    const wanted = Math.round((how.size * ofClass.length) / train.length)
    const order = how.random.split(`class-${String(label)}`).permutation(ofClass.length)
    for (const place of order.subarray(0, wanted)) kept[ofClass[place]!] = 1
    rows += Math.min(wanted, ofClass.length)
  }
  const ofSample = (all: Uint32Array): Uint32Array => all.filter((row) => kept[row] === 1)
  return {
    splits: how.splits.map(({ train: learn, test }) => ({ train: ofSample(learn), test: ofSample(test) })),
    rows,
  }
}
