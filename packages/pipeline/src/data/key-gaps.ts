import { columnOfRole, type Blueprint, type DataWarning } from '@claims/contracts'
import { isMissing, type Frame } from '@claims/frame'

/**
 * What is to be said of the rows that are used whose entity or event time a split cannot go by.
 *
 * @param frame rows that are used
 * @param blueprint whose roles name the columns
 * @param now after which no outcome can be known
 * @returns one warning per column and reason: `missing_entity`, `missing_event_time`, `future_event_time`
 * @example
 * keyGaps(frame, blueprint, new Date()) // [{ field: 'customer_id', code: 'missing_entity', rows: 12, ... }]
 */
export function keyGaps(frame: Frame, blueprint: Blueprint, now: Date): DataWarning[] {
  const entity = columnOfRole(blueprint.columns, 'entity')?.name
  const time = columnOfRole(blueprint.columns, 'event_time')?.name
  const warn = (field: string, code: string, found: { rows: number; problem: string }): DataWarning[] =>
    found.rows === 0
      ? []
      : [{ field, code, ...found, share: found.rows / frame.rows, examples: [], severity: 'warning' }]
  const trusted = blueprint.label.maturity_days > 0 ? ', and their labels count as mature' : ''
  return [
    ...(entity === undefined || !frame.has(entity)
      ? []
      : warn(entity, 'missing_entity', {
          rows: missingRows(frame, entity),
          problem:
            'is empty: each of these rows counts as an entity of its own, so rows that belong together may lie on both sides of a split',
        })),
    ...(time === undefined || !frame.has(time)
      ? []
      : [
          ...warn(time, 'missing_event_time', {
            rows: missingRows(frame, time),
            problem: `is empty: in order of time these rows are learnt from and never tested on${trusted}`,
          }),
          ...warn(time, 'future_event_time', {
            rows: frame.number(time).reduce((rows, at) => rows + (at > now.getTime() ? 1 : 0), 0),
            problem: 'is later than now, though these rows have a label',
          }),
        ]),
  ]
}

function missingRows(frame: Frame, name: string): number {
  const column = frame.column(name)
  let rows = 0
  for (let row = 0; row < frame.rows; row++) if (isMissing(column, row)) rows++
  return rows
}
