/**
 * A 32-bit hash of a text (FNV-1a over its UTF-16 units). Equal texts have equal hashes; it is no secret and not mixed well.
 *
 * @param text any text
 * @returns a signed 32-bit number
 *
 * @example
 * hashText('') // -2128831035, the hash of nothing
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
