const day = 86_400_000

/** Most rows, as a share of all and in any case, that may lie beyond the end of a file. */
const mostStrays = { share: 0.01, rows: 3 }
/** Rows that the days before a stray would hold, were the file as dense there as in its middle. */
const missedRows = 20

/**
 * The day that a file reaches to: that of its latest time, few stray ones left aside. A stray lies beyond days without
 * any row that would hold 20 at the pace of the middle half of the rows, and with at most 1 % of the rows, or 3, after
 * them. The labels have no say, so that a test on the last days is no more often wrong.
 *
 * @param times epoch milliseconds, NaN where missing, any order
 * @param leastGap days without a row from which rows after them may be strays
 * @returns days since 1970, in UTC; -Infinity where there is no time
 * @example
 * lastDayOf(Float64Array.of(Date.UTC(2024, 11, 31)), 9) // 20088
 */
export function lastDayOf(times: Float64Array, leastGap: number): number {
  const days = times
    .filter((time) => Number.isFinite(time))
    .map((time) => Math.floor(time / day))
    .sort()
  const rows = days.length
  if (rows === 0) return -Infinity
  const [early, late] = [days[Math.floor(rows / 4)]!, days[Math.ceil((3 * rows) / 4) - 1]!]
  const pace = rows / 2 / Math.max(1, late - early)
  const gap = Math.max(leastGap, missedRows / pace)
  const strays = Math.max(mostStrays.rows, Math.floor(mostStrays.share * rows))
  for (let row = Math.max(Math.floor(rows / 2), rows - 1 - strays); row < rows - 1; row++)
    if (days[row + 1]! - days[row]! - 1 >= gap) return days[row]!
  return days[rows - 1]!
}
