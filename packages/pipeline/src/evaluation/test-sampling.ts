import type { Blueprint } from '@claims/contracts'
import type { TrainingData } from '../data/read-training-data.ts'
import { takeGroups } from '../data/take-rows.ts'

/** What another sample of test rows would draw anew; see `evaluateProbabilities`. */
export interface TestSampling {
  readonly groups: Int32Array | undefined
  readonly classesFixed: boolean
}

/**
 * How the intervals of test rows are drawn. Rows of one entity hang together, so groups are drawn whole, but for a
 * stratified split, which draws rows. Only a stratified split fixes the share of positives.
 *
 * @param data groups by row
 * @param rows test rows
 * @param kind of the split that they come from
 */
export function testSampling(
  data: Pick<TrainingData, 'groups'>,
  rows: Uint32Array,
  kind: Blueprint['split']['kind'],
): TestSampling {
  const fixed = kind === 'stratified'
  const groups = fixed || data.groups === undefined ? undefined : takeGroups(data.groups, rows)
  return { groups, classesFixed: fixed }
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
