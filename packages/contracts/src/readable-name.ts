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
