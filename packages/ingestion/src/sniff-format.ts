import { ClaimsError } from '@claims/contracts'
import { unreadable } from './file-error.ts'

/** How the rows of a file are written. */
export type FileFormat = 'delimited' | 'json' | 'json_lines' | 'parquet'

const allowed = 'CSV or TSV (UTF-8, plain or gzip), JSON, JSON Lines or Parquet'
const foreign: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: 'a zip archive or an Excel workbook', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'an old Excel workbook', magic: [0xd0, 0xcf, 0x11, 0xe0] },
  { name: 'a PDF document', magic: [0x25, 0x50, 0x44, 0x46] },
  { name: 'a PNG picture', magic: [0x89, 0x50, 0x4e, 0x47] },
  { name: 'a JPEG picture', magic: [0xff, 0xd8, 0xff] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'UTF-16 text', magic: [0xff, 0xfe] },
  { name: 'UTF-16 text', magic: [0xfe, 0xff] },
  { name: 'an SQLite database', magic: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20] },
]

/**
 * Tells the format from the first bytes; the name is not looked at.
 *
 * @param bytes the start of the contents, decompressed, without a byte order mark
 * @param source name of the file, for errors
 * @throws ClaimsError `empty_data`, `unsupported_format`, `unreadable_file`
 */
export function sniffFormat(bytes: Buffer, source: string): FileFormat {
  if (bytes.length === 0) throw emptyData(source, 'has no bytes')
  for (const { name, magic } of foreign) {
    if (magic.every((byte, i) => bytes[i] === byte)) throw unsupported(source, `is ${name}`)
  }
  const head = bytes.subarray(0, 65_536)
  if (startsWith(bytes, 'PAR1') && head.includes(0)) return 'parquet'
  if (head.includes(0)) throw unreadable(source, 'holds binary data', { allowed })
  const first = firstVisible(head)
  if (first < 0) throw emptyData(source, 'holds nothing but white space')
  const byte = head[first]
  if (byte === 0x3c) throw unsupported(source, 'is XML or HTML')
  if (byte === 0x5b) return 'json'
  if (byte === 0x7b) return isWholeObject(bytes, first) ? 'json_lines' : 'json'
  return 'delimited'
}

/** Bytes of a UTF-8 byte order mark at the start: 3 or 0. */
export function byteOrderMark(bytes: Uint8Array): 0 | 3 {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** An `empty_data` error about a file. */
export function emptyData(source: string, problem: string): ClaimsError {
  return new ClaimsError('empty_data', `${source} ${problem}`, {
    problems: [{ field: source, problem, allowed: 'a header and at least one row' }],
  })
}

function unsupported(source: string, problem: string): ClaimsError {
  return new ClaimsError('unsupported_format', `${source} ${problem}, which is not supported`, {
    problems: [{ field: source, problem, allowed }],
  })
}

/** A first line that is one JSON object makes JSON Lines, unless it is the only one and holds the rows as `claims`. */
function isWholeObject(bytes: Buffer, from: number): boolean {
  const newline = bytes.indexOf(10, from)
  const end = newline < 0 ? bytes.length : newline
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', from, end))
    const alone = newline < 0 || firstVisible(bytes.subarray(newline)) < 0
    return !(
      alone &&
      typeof value === 'object' &&
      value !== null &&
      'claims' in value &&
      Array.isArray(value.claims)
    )
  } catch {
    return false
  }
}

function firstVisible(bytes: Uint8Array): number {
  return bytes.findIndex((byte) => byte > 32)
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString('latin1', 0, text.length) === text
}
