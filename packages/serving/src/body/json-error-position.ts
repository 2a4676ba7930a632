/** Longer texts are not searched: each step of the search parses a part of the text. */
const searchedLength = 16_384

/**
 * Where a text stops being JSON, without quoting it.
 *
 * @param text a text that `JSON.parse` refuses
 * @param message of the error that it threw
 * @returns zero-based offset of the first character that cannot be; null where it is not known
 */
export function jsonErrorPosition(text: string, message: string): number | null {
  const stated = /at position (\d+)/.exec(message)?.[1]
  if (stated !== undefined) return Number(stated)
  if (message.startsWith('Unexpected end')) return text.length
  if (text.length > searchedLength) return null
  let valid = 0
  let broken = text.length
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1
    if (mayGoOn(text.slice(0, middle))) valid = middle
    else broken = middle
  }
  return broken - 1
}

function mayGoOn(prefix: string): boolean {
  try {
    JSON.parse(prefix)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /at position (\d+)/.exec(message)?.[1]
    return message.startsWith('Unexpected end') || position === String(prefix.length)
  }
}
