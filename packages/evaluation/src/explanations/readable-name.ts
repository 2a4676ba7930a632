import type { Cell } from '@claims/frame'

/**
 * A column's name as words: `claim_amount` is "Claim amount", `AgeOfVehicle` is "Age of vehicle".
 *
 * @example
 * readableName('policy_annual_premium') // 'Policy annual premium'
 */
export function readableName(column: string): string {
  const words = column
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\-.\s]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ')
  return words === '' ? column : words.charAt(0).toUpperCase() + words.slice(1)
}

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
