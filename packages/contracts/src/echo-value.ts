/** Most characters of a value that a finding, an error, a warning or a reason repeats. */
export const longestEcho = 200

/**
 * A value of the data as messages and answers may repeat it: a longer text is cut to 200 characters, the last of them
 * an ellipsis; anything else is as it was. Pairs of code units that make one character are not cut apart.
 *
 * @param value a cell
 * @returns the same value, or its first 199 characters and `…`
 * @example
 * echoValue('x'.repeat(1000)).length // 200
 */
export function echoValue<T extends string | number | boolean | null>(value: T): T | string {
  if (typeof value !== 'string' || value.length <= longestEcho) return value
  const end = longestEcho - 1
  const code = value.charCodeAt(end - 1)
  return `${value.slice(0, code >= 0xd800 && code < 0xdc00 ? end - 1 : end)}…`
}
