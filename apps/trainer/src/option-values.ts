import type { Costs } from '@claims/contracts'
import { InvalidArgumentError } from 'commander'

/** A reader of whole numbers within bounds, as decimal digits. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN
    if (!(value >= minimum && value <= maximum))
      throw new InvalidArgumentError(`allowed: a whole number from ${String(minimum)} to ${String(maximum)}`)
    return value
  }
}

/** Names separated by commas, at least one. */
export function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (names.length === 0) throw new InvalidArgumentError('allowed: names separated by commas')
  return names
}

/** The name of a run: a text of 1 to 200 characters, none of them a control character. */
export function runName(text: string): string {
  if (!/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(text))
    throw new InvalidArgumentError('allowed: 1 to 200 characters without control characters')
  return text
}

/** Gathers the values of an option that may be repeated. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** A time such as 30d, 12h or 4w, in days. */
export function daysOf(text: string): number {
  const parts = /^(\d{1,5}(?:\.\d{1,3})?)([hdw])$/.exec(text)
  const days = Number(parts?.[1] ?? NaN) * (parts?.[2] === 'w' ? 7 : parts?.[2] === 'h' ? 1 / 24 : 1)
  if (!(days > 0 && days <= 36_500)) throw new InvalidArgumentError('allowed: a time such as 12h, 30d or 4w')
  return days
}

/** A day such as 2025-12-31. */
export function dayText(text: string): Date {
  const value = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text) : new Date(NaN)
  if (Number.isNaN(value.getTime()) || value.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('allowed: a day such as 2025-12-31')
  return value
}

/** A day such as 2025-12-31, or a moment such as 2025-12-31T17:30:00Z. */
export function moment(text: string): Date {
  const value = new Date(text)
  const shaped = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text)
  if (!shaped || Number.isNaN(value.getTime()) || value.toISOString().slice(0, 10) !== text.slice(0, 10))
    throw new InvalidArgumentError(
      'allowed: a day such as 2025-12-31, or a moment such as 2025-12-31T17:30:00Z',
    )
  return value
}

const costNames = ['false_negative', 'review', 'false_positive'] as const
const costsAllowed =
  'allowed: false_negative=AMOUNT,review=AMOUNT and, if wanted, false_positive=AMOUNT and currency=EUR, amounts of 0 and more'

/** Costs such as `false_negative=5000,review=80,currency=EUR`; without a currency amounts stay bare, none is assumed. */
export function costs(text: string): Costs {
  const given = new Map<string, string>()
  for (const part of text.split(',')) {
    const [name = '', value = '', ...rest] = part.split('=').map((word) => word.trim())
    const known = name === 'currency' || costNames.some((each) => each === name)
    if (!known || rest.length > 0 || given.has(name)) throw new InvalidArgumentError(costsAllowed)
    given.set(name, value)
  }
  const currency = given.get('currency') ?? null
  if (currency !== null && !/^[A-Z]{3}$/.test(currency))
    throw new InvalidArgumentError('the currency is three capital letters')
  const [falseNegative, review, falsePositive] = costNames.map((name) => amount(given.get(name)))
  if (falseNegative === undefined || review === undefined) throw new InvalidArgumentError(costsAllowed)
  return {
    currency,
    false_negative: falseNegative,
    manual_review: review,
    false_positive: falsePositive ?? 0,
  }
}

function amount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError(costsAllowed)
  return Number(text)
}
