import { ClaimsError } from '@claims/contracts'

/** A row that has more or fewer fields than the header. */
export interface RaggedRow {
  /** 0-based data row. */
  readonly row: number
  /** 1-based line of the file that the row starts on. */
  readonly line: number
  readonly fields: number
}

/** Quoted cells that are not written as RFC 4180 has it, or look as if a quote were missing. */
export interface QuoteFaults {
  /** Cells with text behind their closing quote, which is kept. */
  readonly behind: number
  /** Lines within quotes that have as many fields as a row, and are no rows. */
  readonly swallowed: number
  /** 1-based line of the first of them; 0 without any. */
  readonly line: number
}

/** Where the cells of a delimited text are. */
export interface DelimitedIndex {
  /**
   * Per row `fields + 1` byte offsets: the start of the row, then the end of each cell. A cell starts one byte after
   * the previous one ends; a cell that its row does not have ends before it starts.
   */
  readonly cells: Uint32Array
  readonly rows: number
  /** Offset after the last whole row. */
  readonly consumed: number
  /** 1-based line that `consumed` is on. */
  readonly line: number
  readonly ragged: readonly RaggedRow[]
  readonly quotes: QuoteFaults
}

/** How to index. */
export interface IndexOptions {
  /** Offset of the first byte. */
  readonly start: number
  /** Byte between fields. */
  readonly delimiter: number
  /** Fields that each row should have. */
  readonly fields: number
  /** Whether the text ends with the bytes; otherwise a last row that may go on is left. */
  readonly final: boolean
  /** 1-based line of `start`. */
  readonly line: number
  readonly maxRows?: number
  /** Name of the file, for errors. */
  readonly source: string
}

const quote = 34
const blank = 32
const lineFeed = 10
const carriageReturn = 13

/**
 * Finds the cells of delimited text (RFC 4180; LF, CRLF or CR ends a row). Lines without a byte are no rows.
 *
 * @throws ClaimsError `unreadable_file` naming the line on which a quote is opened that is never closed, or only on a later
 *   line with text behind it: the lines between would be lost
 */
export function indexDelimited(bytes: Uint8Array, options: IndexOptions): DelimitedIndex {
  const { delimiter, fields, final } = options
  const maxRows = options.maxRows ?? Infinity
  const end = bytes.length
  const stride = fields + 1
  const special = new Uint8Array(256)
  special[delimiter] = special[lineFeed] = special[carriageReturn] = 1
  const ragged: RaggedRow[] = []
  let cells = new Uint32Array(Math.min(4096, Math.ceil(end / 2) + 1) * stride)
  let rows = 0
  let line = options.line
  let consumed = options.start
  let consumedLine = line
  let i = options.start
  const quotes = { behind: 0, swallowed: 0, line: 0 }

  scan: while (i < end && rows < maxRows) {
    const head = bytes[i]!
    if (head === lineFeed || head === carriageReturn) {
      if (head === carriageReturn && i + 1 >= end && !final) break
      i += head === carriageReturn && bytes[i + 1] === lineFeed ? 2 : 1
      line++
      consumed = i
      consumedLine = line
      continue
    }
    const base = rows * stride
    if (base + stride > cells.length) {
      const expected = Math.ceil((rows * (end - options.start)) / Math.max(i - options.start, 1)) + 1024
      const grown = new Uint32Array(
        Math.max(Math.ceil(rows * 1.25), Math.min(expected, maxRows)) * stride + stride,
      )
      grown.set(cells)
      cells = grown
    }
    cells[base] = i
    const rowLine = line
    let field = 0
    let faults: { behind: number; swallowed: number; line: number } | undefined
    for (;;) {
      if (i < end && bytes[i] === quote) {
        const quoteLine = line
        const opened = i
        let several = false
        i++
        for (;;) {
          while (i < end && bytes[i] !== quote) {
            if (bytes[i] === lineFeed) {
              line++
              several = true
            } else if (bytes[i] === carriageReturn) several = true
            i++
          }
          if (i >= end) {
            if (!final) break scan
            throw unterminated(quoteLine, options.source)
          }
          i++
          if (i >= end && !final) break scan
          if (bytes[i] !== quote) break
          i++
        }
        let after = i
        while (after < end && bytes[after] === blank) after++
        if (after >= end && !final) break scan
        const open = after < end && special[bytes[after]!] === 0
        if (open && several) throw closedLate(quoteLine, line, options.source)
        const rowsWithin = several ? rowsBetween(bytes, { from: opened, to: i, delimiter, fields }) : 0
        if (open || rowsWithin > 0) faults ??= { behind: 0, swallowed: 0, line: quoteLine }
        if (faults !== undefined) {
          faults.behind += Number(open)
          faults.swallowed += rowsWithin
        }
      }
      while (i < end && special[bytes[i]!] === 0) i++
      if (i >= end && !final) break scan
      field++
      if (field <= fields) cells[base + field] = i
      if (i < end && bytes[i] === delimiter) {
        i++
        continue
      }
      break
    }
    if (i < end && bytes[i] === carriageReturn && i + 1 >= end && !final) break
    if (field !== fields) {
      ragged.push({ row: rows, line: rowLine, fields: field })
      for (let missing = field + 1; missing <= fields; missing++) cells[base + missing] = cells[base + field]!
      // The end of an absent cell lies before its start, which is one after the end before it.
    }
    if (i < end) {
      i += bytes[i] === carriageReturn && bytes[i + 1] === lineFeed ? 2 : 1
      line++
    }
    if (faults !== undefined) {
      quotes.behind += faults.behind
      quotes.swallowed += faults.swallowed
      quotes.line ||= faults.line
    }
    rows++
    consumed = i
    consumedLine = line
  }
  return { cells: cells.subarray(0, rows * stride), rows, consumed, line: consumedLine, ragged, quotes }
}

/** Whole lines within a quoted cell that have as many fields as a row. */
function rowsBetween(
  bytes: Uint8Array,
  of: { readonly from: number; readonly to: number; readonly delimiter: number; readonly fields: number },
): number {
  if (of.fields < 3) return 0
  let found = 0
  let delimiters = 0
  let whole = false
  for (let i = of.from; i < of.to; i++) {
    const byte = bytes[i]!
    if (byte === of.delimiter) delimiters++
    if (byte !== lineFeed && byte !== carriageReturn) continue
    if (whole && delimiters === of.fields - 1) found++
    whole = true
    delimiters = 0
  }
  return found
}

function closedLate(opened: number, closed: number, source: string): ClaimsError {
  const problem = `opens a quote on line ${String(opened)} that is closed on line ${String(closed)} only, with text behind it; the lines between would be lost`
  return new ClaimsError('unreadable_file', `${source} ${problem}`, {
    problems: [
      { field: source, problem, allowed: 'each quoted field closed by a quote; a quote inside doubled' },
    ],
  })
}

function unterminated(line: number, source: string): ClaimsError {
  const problem = `opens a quote on line ${String(line)} that is never closed`
  return new ClaimsError('unreadable_file', `${source} ${problem}`, {
    problems: [
      { field: source, problem, allowed: 'each quoted field closed by a quote; a quote inside doubled' },
    ],
  })
}
