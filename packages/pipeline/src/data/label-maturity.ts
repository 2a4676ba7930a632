import {
  columnOfRole,
  ClaimsError,
  type Blueprint,
  type DataWarning,
  type LabelMaturity,
} from '@claims/contracts'
import { wilsonInterval } from '@claims/evaluation'
import type { Frame } from '@claims/frame'
import { lastDayOf } from './last-day.ts'

const day = 86_400_000
/** Of fewer rows of the last window nothing is said. */
const fewestRows = 10

/** The moment from which labels are looked at. */
export interface Moment {
  /** Now, which date rules count from. */
  readonly now: Date
  /** The day on which the labels of the file were taken; today where it is absent. */
  readonly asOf?: Date | undefined
}

/** Which rows have had time for their outcome. */
export interface MaturityOfRows {
  /** 1 where the label can be trusted, one per row; null where every row counts. */
  readonly mature: Uint8Array | null
  /** Null where the blueprint has no `maturity_days` and no day was given. */
  readonly facts: Omit<LabelMaturity, 'immature_rows'> | null
}

/**
 * Which rows are mature: the calendar day of the event plus `label.maturity_days` is no later than the day `asOf`, all
 * in UTC. A row without an event time cannot be judged and counts as mature.
 *
 * @param frame all rows as read
 * @param blueprint whose `label.maturity_days` decides
 * @param moment now, and the day on which the labels were taken
 * @returns a flag per row and the cut-off day
 * @throws ClaimsError `invalid_parameter` where the day has not come, or is given for data without an event time
 * @example
 * maturityOfRows(frame, claims, { now: new Date(), asOf: new Date('2025-12-31') }).facts?.cutoff // '2025-10-02'
 */
export function maturityOfRows(frame: Frame, blueprint: Blueprint, { now, asOf }: Moment): MaturityOfRows {
  const days = blueprint.label.maturity_days
  const time = columnOfRole(blueprint.columns, 'event_time')?.name
  const asOfDay = dayOf((asOf ?? now).getTime())
  if (asOf !== undefined) {
    if (Number.isNaN(asOfDay)) throw asOfError('is no date', 'a day such as 2025-12-31')
    if (asOfDay > dayOf(now.getTime()))
      throw asOfError(`is ${dateText(asOfDay)}, which has not come`, 'today or an earlier day')
    if (time === undefined)
      throw asOfError('is given, but no column has the role event_time', 'data with an event time')
  }
  if (time === undefined || (days === 0 && asOf === undefined)) return { mature: null, facts: null }
  const lastDay = Math.floor(asOfDay - days)
  const facts = { as_of: dateText(asOfDay), maturity_days: days, cutoff: dateText(lastDay) }
  if (!frame.has(time)) return { mature: null, facts }
  const times = frame.number(time)
  const mature = new Uint8Array(frame.rows).fill(1)
  for (let row = 0; row < frame.rows; row++) if (dayOf(times[row]!) > lastDay) mature[row] = 0
  return { mature, facts }
}

/** Accepted rows of a file and what is known of their labels. */
export interface MaturityLookInput {
  /** Event time of each labelled row, mature or not, epoch milliseconds, NaN where missing. */
  readonly times: Float64Array
  /** 0 or 1 of each of these rows. */
  readonly target: Uint8Array
  /** 1 where the row is used, one per row. */
  readonly used: Uint8Array
  readonly maturityDays: number
  readonly field: string
}

/**
 * Whether the labels of the file's last maturity window look as if their outcome were not known yet: the positive rate
 * of its used rows, 10 or more, lies below the 95 % Wilson interval of the window before. A few stray rows dated long
 * after all others are not the end of the file.
 *
 * @param input labelled rows
 * @returns a warning that prints the `--as-of` which leaves these rows out, or none
 */
export function immatureLook(input: MaturityLookInput): DataWarning[] {
  const { times, used, maturityDays, field } = input
  if (maturityDays === 0) return []
  const lastDay = lastDayOf(times, maturityDays / 10)
  if (lastDay === -Infinity) return []
  const end = Math.floor(lastDay - maturityDays)
  const late = countWindow(input, { from: end, to: lastDay })
  const before = countWindow(input, { from: Math.floor(lastDay - 2 * maturityDays), to: end })
  if (late.rows < fewestRows || before.rows === 0) return []
  const interval = wilsonInterval(before.positives, before.rows, 0.95)
  const rate = late.positives / late.rows
  if (rate >= interval.lower) return []
  const rows = used.reduce((sum, value) => sum + value, 0)
  return [
    {
      field,
      code: 'immature_labels',
      problem: `labels look immature: ${percent(rate)} of the ${count(late.rows)} rows of the last ${String(maturityDays)} days are positive, ${percent(before.positives / before.rows)} (${percent(interval.lower)} to ${percent(interval.upper)}) of the ${count(before.rows)} rows of the ${String(maturityDays)} days before; if the labels were taken on the last day of the file, --as-of ${dateText(lastDay)} leaves these rows out${straysText(times, lastDay)}`,
      rows: late.rows,
      share: late.rows / rows,
      examples: [],
      severity: 'warning',
    },
  ]
}

function straysText(times: Float64Array, lastDay: number): string {
  const strays = times.reduce((sum, time) => sum + (dayOf(time) > lastDay ? 1 : 0), 0)
  if (strays === 0) return ''
  return `; ${count(strays)} stray ${strays === 1 ? 'row' : 'rows'} after that day ${strays === 1 ? 'is' : 'are'} not looked at`
}

/** Used rows of the days after `from` up to `to`. */
function countWindow(
  { times, target, used }: MaturityLookInput,
  { from, to }: { readonly from: number; readonly to: number },
): { rows: number; positives: number } {
  let rows = 0
  let positives = 0
  for (let row = 0; row < times.length; row++) {
    const at = dayOf(times[row]!)
    if (used[row] !== 1 || !(at > from && at <= to)) continue
    rows++
    positives += target[row]!
  }
  return { rows, positives }
}

/** What warnings say of immature labels, as sentences. */
export function immatureTexts(warnings: readonly DataWarning[]): string[] {
  return warnings
    .filter(({ code }) => code === 'immature_labels')
    .map(({ field, problem }) => `${field}: ${problem}.`)
}

/** Where no row is mature. */
export function noMatureRows(facts: Omit<LabelMaturity, 'immature_rows'>, field: string): ClaimsError {
  const { as_of: asOf, maturity_days: days, cutoff } = facts
  return new ClaimsError(
    'immature_labels',
    `No outcome can be trusted yet: every accepted row is later than ${cutoff}, ${String(days)} days before ${asOf}`,
    {
      problems: [
        {
          field,
          problem: `is later than ${cutoff} in every accepted row`,
          allowed: `rows up to ${cutoff}, or a later as-of day`,
        },
      ],
    },
  )
}

function asOfError(problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `The as-of day ${problem}`, {
    problems: [{ field: 'as_of', problem, allowed }],
  })
}

function dayOf(time: number): number {
  return Math.floor(time / day)
}

function dateText(days: number): string {
  return new Date(days * day).toISOString().slice(0, 10)
}

function count(n: number): string {
  return n.toLocaleString('en')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
