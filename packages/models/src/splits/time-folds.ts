import { ClaimsError } from '@claims/contracts'
import { requireFolds, splitBy, type Split } from './split.ts'

/**
 * Forward chaining: rows in order of time are cut into `folds + 1` blocks of about equal size, and fold k learns from
 * the blocks up to k and is tested on the next. Rows of one timestamp are never cut apart. Rows without a time are
 * learnt from in every fold and never tested.
 *
 * @param times epoch milliseconds, NaN where not known, length rows
 * @param folds 2 or more
 * @returns one split per fold, the earliest test first
 * @throws ClaimsError `too_few_rows` when there are fewer than folds + 1 timestamps, `invalid_parameter`
 */
export function timeFolds(times: Float64Array, folds: number): Split[] {
  requireFolds(folds)
  const ordered = times.filter((time) => Number.isFinite(time)).sort()
  const starts = blockStarts(ordered, folds + 1)
  return Array.from({ length: folds }, (_, fold) => {
    const from = starts[fold + 1]!
    const to = starts[fold + 2] ?? Infinity
    const split = splitBy(times.length, (row) => times[row]! >= from && times[row]! < to)
    return { test: split.test, train: split.train.filter((row) => !(times[row]! >= from)) }
  })
}

/** First timestamp of each block, as near to equal sizes as distinct timestamps allow. */
function blockStarts(ordered: Float64Array, blocks: number): number[] {
  const firstRows: number[] = []
  for (let row = 0; row < ordered.length; row++) {
    if (row === 0 || ordered[row] !== ordered[row - 1]) firstRows.push(row)
  }
  const distinct = firstRows.length
  if (distinct < blocks) {
    throw new ClaimsError(
      'too_few_rows',
      `There are ${distinct} different times; ${blocks - 1} folds in order of time need at least ${blocks}`,
      {
        problems: [
          { field: 'times', problem: `hold ${distinct} different values`, allowed: `at least ${blocks}` },
        ],
      },
    )
  }
  const starts: number[] = [ordered[0]!]
  let at = 0
  for (let block = 1; block < blocks; block++) {
    const wanted = (block * ordered.length) / blocks
    at++
    const last = distinct - (blocks - block)
    while (at < last && Math.abs(firstRows[at + 1]! - wanted) <= Math.abs(firstRows[at]! - wanted)) at++
    starts.push(ordered[firstRows[at]!]!)
  }
  return starts
}
