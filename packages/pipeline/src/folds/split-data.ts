import type { Blueprint } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { foldSplits, holdOut, type Split } from '@claims/models'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeGroups, takeRowNumbers, takeTarget, takeValues } from '../data/take-rows.ts'

/** Training and test rows, and the folds within the training rows. */
export interface DataSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
  /** Epoch milliseconds from which rows are test rows, or null where the split is not by time. */
  readonly cutoff: number | null
  /** Entities with too many rows to be tested, which are learnt from whatever the draw. */
  readonly untestable: number
  /** Rows are rows of the data, not places in `train`. */
  readonly folds: readonly Split[]
}

/**
 * Splits the data as the blueprint says: test rows that nothing is fitted or chosen on, and folds of the rest.
 *
 * @param data all accepted rows
 * @param split kind, share and folds
 * @param seed of the random order
 * @throws ClaimsError `too_few_positives` naming the counts, `too_few_rows`
 */
export function splitData(data: TrainingData, split: Blueprint['split'], seed: number): DataSplit {
  const random = createRandom(seed).split('split')
  const { train, test, cutoff, untestable } = holdOut({
    kind: split.kind,
    target: data.target,
    groups: data.groups,
    times: data.times,
    testShare: split.test_share,
    random: random.split('test'),
  })
  const target = takeTarget(data.target, train)
  const places = foldSplits({
    kind: split.kind,
    target,
    folds: split.folds,
    random: random.split('folds'),
    groups: data.groups && takeGroups(data.groups, train),
    times: data.times && takeValues(data.times, train),
  })
  const folds = places.map((fold) => ({
    train: takeRowNumbers(train, fold.train),
    test: takeRowNumbers(train, fold.test),
  }))
  return { train, test, cutoff, untestable, folds }
}
