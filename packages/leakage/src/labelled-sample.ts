import type { Random } from '@claims/frame'

const mostRows = 50_000
const foldCount = 5

/** Random rows with their labels, dealt into folds of equal rates. */
export interface LabelledSample {
  /** 0-based rows of the frame, in random order. */
  readonly rows: Uint32Array
  /** Label of each of them. */
  readonly target: Uint8Array
  readonly positives: number
  /** Fold of each of them. */
  readonly folds: { readonly of: Uint8Array; readonly count: number }
}

/** Draws at most 50,000 rows. @param target length n, 0 or 1 */
export function drawSample(target: Uint8Array, random: Random): LabelledSample {
  const rows = random.permutation(target.length).subarray(0, mostRows).slice()
  const labels = new Uint8Array(rows.length)
  const folds = new Uint8Array(rows.length)
  const dealt = [0, 0]
  let positives = 0
  for (let i = 0; i < rows.length; i++) {
    const label = target[rows[i]!] === 1 ? 1 : 0
    labels[i] = label
    positives += label
    folds[i] = dealt[label]!++ % foldCount
  }
  return { rows, target: labels, positives, folds: { of: folds, count: foldCount } }
}
