/** What is drawn as one: a row, or all rows of a group. */
export interface SamplingUnits {
  readonly count: number
  /** Row numbers, unit by unit. */
  readonly rows: Uint32Array
  /** Length count + 1: unit u has `rows[start[u]]` to `rows[start[u + 1] - 1]`. */
  readonly start: Uint32Array
}

/**
 * The units of a set of rows. Rows of one group (a customer, a policy) hang together: a repetition of the test would
 * draw other groups, not other rows.
 *
 * @param rows number of rows
 * @param groups length rows, negative for a row that stands alone; each row alone where absent
 */
export function samplingUnits(rows: number, groups?: Int32Array): SamplingUnits {
  const unitOf = new Uint32Array(rows)
  const known = new Map<number, number>()
  let count = 0
  for (let row = 0; row < rows; row++) {
    const group = groups?.[row] ?? -1
    let unit = group < 0 ? undefined : known.get(group)
    if (unit === undefined) {
      unit = count++
      if (group >= 0) known.set(group, unit)
    }
    unitOf[row] = unit
  }
  const start = new Uint32Array(count + 1)
  for (const unit of unitOf) start[unit + 1] = start[unit + 1]! + 1
  for (let unit = 0; unit < count; unit++) start[unit + 1] = start[unit + 1]! + start[unit]!
  const next = start.slice()
  const ordered = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row]!
    ordered[next[unit]!] = row
    next[unit] = next[unit]! + 1
  }
  return { count, rows: ordered, start }
}

/** Sums by unit. @param values length of all rows @returns length units.count */
export function sumByUnit({ count, rows, start }: SamplingUnits, values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(count)
  for (let unit = 0; unit < count; unit++) {
    let sum = 0
    for (let at = start[unit]!; at < start[unit + 1]!; at++) sum += values[rows[at]!]!
    sums[unit] = sum
  }
  return sums
}
