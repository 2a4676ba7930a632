const millisecondsPerDay = 86_400_000

/** Whole days since 1970-01-01 of a moment, UTC. @param milliseconds epoch milliseconds */
export function dayNumber(milliseconds: number): number {
  return Math.floor(milliseconds / millisecondsPerDay)
}

/** Days, with fractions, from one moment to another. @param from @param to epoch milliseconds */
export function daysBetween(from: number, to: number): number {
  return (to - from) / millisecondsPerDay
}

/** Hour of a moment, UTC, 0-23. @param milliseconds epoch milliseconds */
export function hourOf(milliseconds: number): number {
  return Math.floor((milliseconds - dayNumber(milliseconds) * millisecondsPerDay) / 3_600_000)
}

/** Day of the week, 0 Monday ... 6 Sunday. @param day whole days since 1970-01-01 */
export function dayOfWeek(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

/** A date of the Gregorian calendar; month and day from 1. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/**
 * The Gregorian date of a day number, by counting 400-year eras that start on 1 March (Hinnant, "chrono-compatible
 * low-level date algorithms"); a `Date` per cell would be ten times slower.
 *
 * @param dayNumber whole days since 1970-01-01
 */
export function civilDate(dayNumber: number): CivilDate {
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/** ISO 8601 week, 1-53: week 1 holds the year's first Thursday. @param day whole days since 1970-01-01 */
export function isoWeek(day: number): number {
  const thursday = day - dayOfWeek(day) + 3
  const { year } = civilDate(thursday)
  return Math.floor((thursday - firstDayOf(year)) / 7) + 1
}

function firstDayOf(year: number): number {
  const before = year - 1
  return 365 * before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
}
