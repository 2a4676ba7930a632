import type { Cell } from '@claims/frame'

const numbers = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 })
const longestText = 60

/**
 * A raw value as text: thousands separated, six significant digits, the unit behind, long text cut.
 *
 * @example
 * describeValue(12500, 'USD') // '12,500 USD'
 */
export function describeValue(value: Cell, unit?: string): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return 'missing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number')
    return unit === undefined ? numbers.format(value) : `${numbers.format(value)} ${unit}`
  return value.length > longestText ? `"${value.slice(0, longestText)}..."` : `"${value}"`
}
