const quote = 34

/** Where the fields of one row are. */
export interface SplitRow {
  /** Start and end of each field. */
  readonly fields: readonly (readonly [number, number])[]
  /** Offset after the row. */
  readonly next: number
  /** Line ends in and after the row. */
  readonly lines: number
  /** Whether every closing quote ends its field; with the wrong delimiter it does not. */
  readonly clean: boolean
}

/** Splits one row. @returns undefined when a quote is opened and not closed */
export function splitRow(bytes: Uint8Array, start: number, delimiter: number): SplitRow | undefined {
  const fields: [number, number][] = []
  let from = start
  let i = start
  let lines = 0
  let clean = true
  for (;;) {
    const quoted = bytes[i] === quote
    if (quoted) {
      i++
      for (;;) {
        while (i < bytes.length && bytes[i] !== quote) {
          if (bytes[i] === 10) lines++
          i++
        }
        if (i >= bytes.length) return undefined
        i++
        if (bytes[i] !== quote) break
        i++
      }
    }
    const closed = i
    while (i < bytes.length && bytes[i] !== delimiter && bytes[i] !== 10 && bytes[i] !== 13) i++
    if (quoted && i > closed) clean = false
    fields.push([from, i])
    if (i >= bytes.length) return { fields, next: i, lines, clean }
    if (bytes[i] === delimiter) {
      from = ++i
      continue
    }
    const next = i + (bytes[i] === 13 && bytes[i + 1] === 10 ? 2 : 1)
    return { fields, next, lines: lines + 1, clean }
  }
}
