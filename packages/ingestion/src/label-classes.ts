import type { Blueprint } from '@claims/contracts'
import { canonicalCategory, parseBoolean } from './canonical-text.ts'

/** What a value of the label says; undefined for a value that is neither. */
export type LabelClass = 'positive' | 'negative' | 'missing' | undefined

const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/

/**
 * A label's value without regard to case, blanks around it and the spelling of a number: `Yes ` and `YES` are one, and so
 * are `1` and `1.0`.
 */
export function labelKey(value: string | number | boolean): string {
  const text = canonicalCategory(String(value)).toLowerCase()
  return plainNumber.test(text) && !/^[+-]?0\d/.test(text) ? String(Number(text)) : text
}

/**
 * Tells the class of label values by a blueprint's rule. Values are compared by `labelKey`. Where the positive value and
 * every negative one are spellings of true and false, every other spelling of true or false (1, true, yes, y, t and
 * their opposites) belongs to the side that it says. Without `negative` every other value is negative.
 *
 * @param label of the blueprint
 * @returns a function of a cell that is not missing
 * @example
 * labelClasses({ column: 'y', positive: 'yes', negative: 'no', missing: [], maturity_days: 0 })('YES ') // 'positive'
 */
export function labelClasses(label: Blueprint['label']): (value: string | number | boolean) => LabelClass {
  const missing = new Set(label.missing.map(labelKey))
  const { positive } = label
  if (typeof positive === 'object')
    return (value) => {
      if (missing.has(labelKey(value))) return 'missing'
      const number = Number(value)
      if (Number.isNaN(number)) return undefined
      return number > positive.greater_than ? 'positive' : 'negative'
    }
  const positiveKey = labelKey(positive)
  const named = label.negative === undefined ? [] : [label.negative].flat()
  const negative = new Set(named.map(labelKey))
  const side = truthSide(positiveKey, [...negative])
  return (value) => {
    const key = labelKey(value)
    if (key === positiveKey) return 'positive'
    if (negative.has(key)) return 'negative'
    if (missing.has(key)) return 'missing'
    const truth = side === undefined ? undefined : parseBoolean(key)
    if (truth !== undefined) return truth === side ? 'positive' : 'negative'
    return negative.size === 0 ? 'negative' : undefined
  }
}

/** Which side of a truth pair the positive value is; undefined where positive and negative values are no such pair. */
function truthSide(positive: string, negative: readonly string[]): number | undefined {
  const side = parseBoolean(positive)
  if (side === undefined) return undefined
  if (negative.length === 0) return side === 1 ? side : undefined
  return negative.every((value) => parseBoolean(value) === 1 - side) ? side : undefined
}
