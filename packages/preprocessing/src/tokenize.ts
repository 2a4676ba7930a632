const apostrophe = /(?<=\p{L})['’](?=\p{L})/gu
const word = /[\p{L}\p{N}]+/gu

/**
 * The words of a text: lower case, runs of Unicode letters and digits; an apostrophe inside a word is left out, so that
 * a negation stays one word.
 *
 * @example
 * tokenize("Driver didn't stop, 2 cars.") // ['driver', 'didnt', 'stop', '2', 'cars']
 */
export function tokenize(text: string): string[] {
  const lower = text.toLowerCase()
  const joined = lower.includes("'") || lower.includes('’') ? lower.replace(apostrophe, '') : lower
  return joined.match(word) ?? []
}
