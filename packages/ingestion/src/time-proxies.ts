import { columnOfRole, type Column } from '@claims/contracts'
import type { RawTable } from './raw-table.ts'
import { typedFrame } from './typed-frame.ts'

/** A numeric column that is the event time in other units. */
export interface TimeProxy {
  readonly column: string
  readonly direction: 'rises' | 'falls'
}

/** A column whose order agrees with the time by chance this rarely, in natural logarithms, is no accident. */
const leastSurprise = Math.log(1e6)

/**
 * Numeric columns that are a monotone function of the event time: never fall, or never rise, from an earlier row to a
 * later one, ties apart, as seconds or days since a start do. A column that merely trends has rows in the other order.
 * Where so few values change so seldom that chance could do it (more often than once in a million), nothing is said.
 *
 * @param raw the table
 * @param columns inferred, one of role event_time; only those of role numeric are looked at
 * @returns in the order of columns
 */
export function timeProxies(raw: RawTable, columns: readonly Column[]): TimeProxy[] {
  const time = columnOfRole(columns, 'event_time')
  const numeric = columns.filter(({ role, type }) => role === 'numeric' && type === 'number')
  if (time === undefined || numeric.length === 0) return []
  const { frame } = typedFrame(raw, { columns: [time, ...numeric] })
  const times = frame.number(time.name)
  const order = rowsByTime(times)
  return numeric.flatMap(({ name }) => {
    const direction = directionOf(times, frame.number(name), order)
    return direction === undefined ? [] : [{ column: name, direction }]
  })
}

function rowsByTime(times: Float64Array): Uint32Array {
  const rows = Uint32Array.from(times.keys()).filter((row) => !Number.isNaN(times[row]))
  const inOrder = rows.every((row, i) => i === 0 || times[rows[i - 1]!]! <= times[row]!)
  return inOrder ? rows : rows.sort((a, b) => times[a]! - times[b]!)
}

function directionOf(
  times: Float64Array,
  values: Float64Array,
  order: Uint32Array,
): TimeProxy['direction'] | undefined {
  const lowest: number[] = []
  const highest: number[] = []
  let rises = true
  let falls = true
  let last = NaN
  for (const row of order) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    const at = lowest.length - 1
    if (times[row] === last) {
      if (value < lowest[at]!) lowest[at] = value
      if (value > highest[at]!) highest[at] = value
    } else {
      lowest.push(value)
      highest.push(value)
      last = times[row]!
    }
    const now = lowest.length - 1
    if (now === 0) continue
    if (lowest[now]! < highest[now - 1]!) rises = false
    if (highest[now]! > lowest[now - 1]!) falls = false
    if (!rises && !falls) return undefined
  }
  if (rises === falls || surpriseOf(lowest) < leastSurprise) return undefined
  return rises ? 'rises' : 'falls'
}

/** How rare the order of values would be by chance: the logarithm of the number of their arrangements. */
function surpriseOf(values: readonly number[]): number {
  let surprise = 0
  let run = 0
  values.forEach((value, i) => {
    run = i > 0 && value === values[i - 1] ? run + 1 : 1
    surprise += Math.log(i + 1) - Math.log(run)
  })
  return surprise
}
