import type { Metric } from '@claims/contracts'

/** How to say what errors and reviews cost. */
export const costsOption = '--costs false_negative=..,review=..'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A count: 12,345. */
export function count(value: number): string {
  return whole.format(value)
}

/** A share as per cent: 24.7 %; below one per cent with two decimals, whole from ten where `digits` is 0. */
export function percent(share: number, digits = 1): string {
  const value = share * 100
  const decimals = value !== 0 && Math.abs(value) < 1 ? 2 : digits
  return `${value.toFixed(decimals)} %`
}

/** A number with three decimals, or as many more, up to six, as a small one needs to show two digits. */
export function decimal(value: number, digits = 3): string {
  const size = Math.abs(value)
  const needed = size > 0 && size < 0.1 ? Math.min(6, Math.ceil(-Math.log10(size)) + 1) : 0
  return value.toFixed(Math.max(digits, needed))
}

/** Money in whole units, cents below 100: $12,345; 12,345 where no currency is named. */
export function money(value: number, currency: string | null): string {
  const digits = value !== 0 && Math.abs(value) < 100 ? 2 : 0
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  if (currency !== null && /^[A-Z]{3}$/.test(currency))
    return new Intl.NumberFormat('en-US', { style: 'currency', currency, ...decimals }).format(value)
  return [new Intl.NumberFormat('en-US', decimals).format(value), currency ?? ''].join(' ').trim()
}

/** Seconds in the unit that reads best: 340 ms, 12.3 s, 3 min 20 s. */
export function duration(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000)
  if (milliseconds < 1000) return `${String(milliseconds)} ms`
  if (milliseconds < 59_950) return `${seconds.toFixed(1)} s`
  const rounded = Math.round(seconds)
  return `${String(Math.floor(rounded / 60))} min ${String(rounded % 60)} s`
}

/** "83 to 90" of a metric between 0 and 1, as cases of a hundred. */
export function ofHundred(value: number): string {
  const cases = value * 100
  return cases > 0 && cases < 1 ? cases.toFixed(1) : String(Math.round(cases))
}

/** A metric with its interval: 0.853 (0.790 to 0.901). */
export function withInterval({ value, lower, upper }: Metric): string {
  return `${decimal(value)} (${decimal(lower)} to ${decimal(upper)})`
}
