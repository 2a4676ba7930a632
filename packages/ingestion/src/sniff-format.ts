import { ClaimsError } from '@claims/contracts'
import { unreadable } from './file-error.ts'

/** How the rows of a text are written. */
export type TextFormat = 'delimited' | 'json' | 'json_lines'

const allowed = 'CSV or TSV, JSON, JSON Lines or Parquet, plain or gzip'
const foreign: readonly { readonly name: string; readonly magic: readonly number[] }[] = [
  { name: 'a zip archive or an Excel workbook', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'an old Excel workbook', magic: [0xd0, 0xcf, 0x11, 0xe0] },
  { name: 'a PDF document', magic: [0x25, 0x50, 0x44, 0x46] },
  { name: 'a PNG picture', magic: [0x89, 0x50, 0x4e, 0x47] },
  { name: 'a JPEG picture', magic: [0xff, 0xd8, 0xff, 0xe0] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'an SQLite database', magic: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20] },
  { name: 'an Arrow or Feather file', magic: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31] },
  { name: 'an Avro file', magic: [0x4f, 0x62, 0x6a, 0x01] },
  { name: 'an encrypted Parquet file', magic: [0x50, 0x41, 0x52, 0x45] },
]
const sampleBytes = 65_536
const sampleLines = 20

/**
 * Whether a file is Parquet rather than text, by its first bytes; the name is not looked at.
 *
 * @param bytes the start of the contents, decompressed
 * @param source name of the file, for errors
 * @throws ClaimsError `empty_data`, `unsupported_format`
 */
export function isParquet(bytes: Buffer, source: string): boolean {
  if (bytes.length === 0) throw emptyData(source, 'has no bytes')
  for (const { name, magic } of foreign) {
    if (magic.every((byte, i) => bytes[i] === byte)) throw unsupported(source, `is ${name}`)
  }
  return bytes.toString('latin1', 0, 4) === 'PAR1' && bytes.subarray(0, sampleBytes).includes(0)
}

/**
 * Tells how a text is written, from its first 20 lines: text that starts with `{` is JSON Lines when at least half of
 * them are one object each, and a JSON document otherwise, or when there is only one line.
 *
 * @param bytes the start of the text as UTF-8: 64 KiB, and the first line whole
 * @param final whether the text ends with the bytes
 * @throws ClaimsError `empty_data`, `unsupported_format`, `unreadable_file`
 */
export function sniffText(bytes: Buffer, { source, final }: { source: string; final: boolean }): TextFormat {
  const head = bytes.subarray(0, sampleBytes)
  if (head.includes(0)) throw unreadable(source, 'holds binary data', { allowed })
  const first = firstVisible(head)
  if (first < 0) throw emptyData(source, 'holds nothing but white space')
  const byte = head[first]
  if (byte === 0x3c) throw unsupported(source, 'is XML or HTML')
  if (byte === 0x5b) return 'json'
  if (byte !== 0x7b) return 'delimited'
  return holdsLines(bytes, first, final) ? 'json_lines' : 'json'
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

function holdsLines(bytes: Buffer, from: number, final: boolean): boolean {
  let lines = 0
  let objects = 0
  for (let at = from; at < bytes.length && lines < sampleLines;) {
    const newline = bytes.indexOf(10, at)
    // A line that is cut short by the end of the sample says nothing.
    if ((newline < 0 && !final) || (lines > 0 && newline >= sampleBytes)) break
    const line = bytes.toString('utf8', at, newline < 0 ? bytes.length : newline).trim()
    at = newline < 0 ? bytes.length : newline + 1
    if (line === '') continue
    lines++
    if (isOneObject(line)) objects++
  }
  const newline = bytes.indexOf(10, from)
  const alone = newline < 0 || firstVisible(bytes.subarray(newline)) < 0
  return !(final && alone) && objects > 0 && objects * 2 >= lines
}

/** Whether the brackets of a line make one object, whatever stands between them. */
function isOneObject(line: string): boolean {
  if (!line.startsWith('{') || !line.endsWith('}')) return false
  let depth = 0
  for (let i = 0; i < line.length; i++) {
    const character = line[i]
    if (character === '"') {
      for (i++; i < line.length && line[i] !== '"'; i++) if (line[i] === '\\') i++
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      depth--
      if (depth === 0 && i < line.length - 1) return false
    }
  }
  return depth === 0
}

function firstVisible(bytes: Uint8Array): number {
  return bytes.findIndex((byte) => byte > 32)
}
