import { ClaimsError } from '@claims/contracts'
import { requireBothClasses } from '../training-data.ts'
import { requireClasses, requireGroups, requireTimes, type SplitSource } from './fold-splits.ts'
import { groupedHoldOut } from './grouped-hold-out.ts'
import { splitBy, tooFew, type Split } from './split.ts'

const day = 86_400_000

/** A split with the time that it cuts at. */
export interface HoldOut extends Split {
  /** Epoch milliseconds of the first instant of the first test day; null where the split is not by time. */
  readonly cutoff: number | null
  /** Groups too large to be tested, always learnt from; 0 where the split is not grouped. */
  readonly untestable: number
}

/**
 * Sets test rows aside.
 *
 * `stratified` takes the share of each class at random; `grouped` takes whole groups, drawn among parts that were dealt
 * alike ({@link groupedHoldOut}); `time` takes the latest calendar days (UTC), cutting between the two days that come
 * nearest to the share of the rows that have a time. Rows without a time are learnt from.
 *
 * @param source kind, target and what the kind needs; testShare: above 0 and below 1
 * @returns row numbers, ascending; both sides hold both classes
 * @throws ClaimsError `too_few_positives`, `too_few_rows` (time: one day only), `label_single_class`, `length_mismatch`,
 *   `invalid_parameter`
 *
 * @example
 * const { train, test, cutoff } = holdOut({ kind: 'time', target, times, testShare: 0.2, random: createRandom(42) })
 */
export function holdOut(source: SplitSource & { readonly testShare: number }): HoldOut {
  const { kind, target, testShare, random } = source
  if (!(testShare > 0 && testShare < 1)) {
    throw new ClaimsError('invalid_parameter', `testShare must be above 0 and below 1; got ${testShare}`, {
      problems: [
        { field: 'testShare', problem: 'is out of range', allowed: 'above 0, below 1', received: testShare },
      ],
    })
  }
  requireBothClasses(target)
  if (kind === 'stratified') return { ...stratifiedHoldOut(source), cutoff: null, untestable: 0 }
  if (kind === 'grouped')
    return { ...groupedHoldOut(target, requireGroups(source), { testShare, random }), cutoff: null }
  const times = requireTimes(source)
  const cutoff = cutoffDay(times, testShare)
  const split = splitBy(target.length, (row) => times[row]! >= cutoff)
  requireClasses(target, split, `the split at ${new Date(cutoff).toISOString().slice(0, 10)}`)
  return { ...split, cutoff, untestable: 0 }
}

function stratifiedHoldOut(source: SplitSource & { readonly testShare: number }): Split {
  const { target, testShare, random } = source
  const order = random.permutation(target.length)
  const isTest = new Uint8Array(target.length)
  for (const label of [1, 0]) {
    const rows = order.filter((row) => target[row] === label)
    if (rows.length < 2) throw tooFew(`rows with label ${label}`, rows.length, 2)
    const tests = Math.min(rows.length - 1, Math.max(1, Math.round(rows.length * testShare)))
    for (let i = 0; i < tests; i++) isTest[rows[i]!] = 1
  }
  return splitBy(target.length, (row) => isTest[row] === 1)
}

function cutoffDay(times: Float64Array, testShare: number): number {
  const counts = new Map<number, number>()
  let timed = 0
  for (const time of times) {
    if (!Number.isFinite(time)) continue
    const start = Math.floor(time / day) * day
    counts.set(start, (counts.get(start) ?? 0) + 1)
    timed++
  }
  const days = [...counts.keys()].sort((a, b) => b - a)
  if (days.length < 2) {
    throw new ClaimsError(
      'too_few_rows',
      `The rows lie on ${days.length} day; a split by time needs at least 2`,
      {
        problems: [{ field: 'times', problem: `lie on ${days.length} day`, allowed: 'at least 2 days' }],
      },
    )
  }
  const wanted = timed * testShare
  let best = days[0]!
  let tests = 0
  let nearest = Infinity
  for (const start of days.slice(0, -1)) {
    tests += counts.get(start)!
    if (Math.abs(tests - wanted) >= nearest) break
    nearest = Math.abs(tests - wanted)
    best = start
  }
  return best
}
