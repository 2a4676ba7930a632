import type { Blueprint } from '@claims/contracts'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeGroups } from '../data/take-rows.ts'

/** What another sample of test rows would draw anew; see `evaluateProbabilities`. */
export interface TestSampling {
  readonly groups: Int32Array | undefined
  readonly classesFixed: boolean
  readonly shareKeptOf?: number | undefined
}

/** A group with a larger share of the test rows keeps a split from giving these the share of positives of the file. */
const largestShare = 0.02

/**
 * How the intervals of test rows are drawn. Rows of one entity hang together, so groups are drawn whole, but for a
 * stratified split, which draws rows. Only a stratified split fixes the share of positives;
 * a grouped one deals groups so that each part has the share of the file, which it does where groups are small. A share
 * that was kept is as certain as the rows of the file make it.
 *
 * @param data groups by row, and labels of the file that was split
 * @param rows test rows
 * @param kind of the split that they come from
 */
export function testSampling(
  data: Pick<TrainingData, 'groups' | 'target'>,
  rows: Uint32Array,
  kind: Blueprint['split']['kind'],
): TestSampling {
  const fixed = kind === 'stratified'
  const groups = fixed || data.groups === undefined ? undefined : takeGroups(data.groups, rows)
  const kept = fixed || (kind === 'grouped' && groups !== undefined && largestGroup(groups) <= largestShare)
  return { groups, classesFixed: fixed, ...(kept ? { shareKeptOf: data.target.length } : {}) }
}

/** The largest group's share of rows. */
function largestGroup(groups: Int32Array): number {
  const counts = new Map<number, number>()
  let most = 0
  for (const group of groups) {
    const count = group < 0 ? 1 : (counts.get(group) ?? 0) + 1
    if (group >= 0) counts.set(group, count)
    most = Math.max(most, count)
  }
  return most / groups.length
}

/**
 * How the intervals of a whole file are drawn: no split fixed its share of positives, and rows of one entity hang
 * together.
 *
 * @param data groups by row
 */
export function fileSampling({ groups }: Pick<TrainingData, 'groups'>): TestSampling {
  return { groups, classesFixed: false }
}
