const quote = 34

/**
 * The text of one delimited cell: the surrounding quotes are taken off and doubled quotes inside become one. What
 * follows a closing quote is kept as it is.
 *
 * @param bytes UTF-8; bytes that are not become U+FFFD
 * @param start first byte of the cell
 * @param end after its last byte; before `start` for a cell that its row does not have
 */
export function decodeCell(bytes: Buffer, start: number, end: number): string {
  if (end <= start) return ''
  if (bytes[start] !== quote) return bytes.toString('utf8', start, end)
  const text = bytes.toString('utf8', start + 1, end)
  let out = ''
  let from = 0
  for (;;) {
    const at = text.indexOf('"', from)
    if (at < 0) return out + text.slice(from)
    if (text[at + 1] !== '"') return out + text.slice(from, at) + text.slice(at + 1)
    out += text.slice(from, at + 1)
    from = at + 2
  }
}
