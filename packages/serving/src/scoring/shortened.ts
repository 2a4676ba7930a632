/** Most characters of a value that an answer repeats. */
const longest = 200

/**
 * A text as an answer may repeat it: at most 200 characters, the last one `…` where something was cut off.
 *
 * @param text anything a caller sent
 */
export function shortened(text: string): string {
  if (text.length <= longest) return text
  const cut = text.slice(0, longest - 1)
  // A surrogate without its other half is no character.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
