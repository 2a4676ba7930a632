import { isAscii, isUtf8 } from 'node:buffer'
import type { Finding, Reading } from '@claims/contracts'
import { CodePageLook } from './code-page-look.ts'
import { unreadable } from './file-error.ts'
import { fileFinding } from './row-findings.ts'

/** An encoding of text that is read. */
export type TextEncoding = NonNullable<Reading['encoding']>

/** Where a part of a text stands. */
export interface TextPart {
  /** Whether the text ends with it. */
  readonly final: boolean
  /** 1-based line that it starts on; asked for only when a line has to be named. */
  readonly line: () => number
}

type Utf16Decoder = InstanceType<typeof TextDecoder>

const names: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252',
  'iso-8859-1': 'ISO 8859-1',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
}
const settle =
  'UTF-8, or where it is known: --encoding windows-1252 or "reading": {"encoding": "windows-1252"}'
/** Bytes that Windows-1252 leaves undefined. */
const undefined1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])
const nothing = Buffer.alloc(0)

/**
 * Turns the bytes of one text into UTF-8, part by part, without ever making two different byte sequences one text.
 *
 * A mark (UTF-8, UTF-16) decides; without one, text whose every second byte is NUL is UTF-16, valid UTF-8 is UTF-8, and
 * text without a single character of UTF-8 beyond ASCII is Windows-1252 unless it looks like another code page. What
 * is mixed, undefined or looks foreign is refused with its line.
 *
 * @example
 * const decoding = new TextDecoding(bytes, { source: 'claims.csv' })
 * const text = decoding.decode(bytes.subarray(decoding.mark), { final: true, line: () => 1 })
 */
export class TextDecoding {
  /** Bytes of the mark at the start. */
  readonly mark: number
  readonly #source: string
  readonly #told: TextEncoding | undefined
  readonly #marked: boolean
  readonly #look = new CodePageLook()
  #encoding: TextEncoding
  #utf16: Utf16Decoder | undefined
  #carry: Buffer = nothing
  /** Line of the first character beyond ASCII that is UTF-8; 0 before there is one. */
  #multibyteLine = 0
  #multibyte = false
  #line = 1
  /** The byte before the part: a LF behind a CR ends no line of its own. */
  #before = 0
  #lines = 0
  #lastHighLine = 0
  #firstLines: number[] = []
  #examples = new Map<number, number>()
  #bytesBeyondAscii = 0
  #controls = false

  /**
   * @param head the first bytes of the text, 4096 or all
   * @param options name of the file, for errors; the encoding where it is known
   * @throws ClaimsError `unreadable_file` for UTF-32 and for binary data
   */
  constructor(
    head: Buffer,
    options: { readonly source: string; readonly encoding?: TextEncoding | undefined },
  ) {
    const { source, encoding } = options
    this.#source = source
    this.#told = encoding
    const marked = markOf(head, source)
    this.mark = marked?.length ?? 0
    this.#marked = marked !== undefined
    this.#encoding = marked?.encoding ?? encoding ?? unmarkedUtf16(head) ?? 'utf-8'
    if (this.#encoding.startsWith('utf-16'))
      this.#utf16 = new TextDecoder(this.#encoding, { fatal: true, ignoreBOM: true })
    else if (head.includes(0))
      throw unreadable(source, 'holds binary data', { allowed: 'CSV, TSV, JSON, JSON Lines or Parquet' })
  }

  /** What the text has turned out to be so far. */
  get encoding(): TextEncoding {
    return this.#encoding
  }

  /**
   * The next part as UTF-8. Bytes of a character that goes on in the next part are kept back.
   *
   * @throws ClaimsError `unreadable_file` naming the line
   */
  decode(part: Buffer, at: TextPart): Buffer {
    if (this.#utf16 !== undefined) return this.#decodeUtf16(part, this.#utf16, at)
    if (this.#encoding !== 'utf-8') return this.#decodeSingle(part, at.final)
    const bytes = this.#carry.length === 0 ? part : Buffer.concat([this.#carry, part])
    this.#carry = nothing
    if (isAscii(bytes)) {
      this.#before = bytes.at(-1) ?? this.#before
      return bytes
    }
    const kept = at.final ? 0 : incompleteTail(bytes)
    const body = bytes.subarray(0, bytes.length - kept)
    if (isUtf8(body)) {
      this.#multibyte ||= !isAscii(body)
      if (kept > 0) this.#carry = Buffer.from(bytes.subarray(bytes.length - kept))
      this.#before = body.at(-1) ?? this.#before
      return body
    }
    const invalid = firstInvalid(body)
    if (this.#told === 'utf-8' || this.#marked || this.#multibyte || !isAscii(body.subarray(0, invalid)))
      throw this.#notUtf8(body, at.line())
    this.#encoding = 'windows-1252'
    this.#line = at.line()
    return this.#decodeSingle(bytes, at.final)
  }

  /** What is to be said of the whole text, once it has ended. */
  findings(): Finding[] {
    const name = names[this.#encoding]
    const said: string[] = []
    if (this.#told !== undefined && this.#told !== this.#encoding)
      said.push(
        `was said to be ${names[this.#told]}, but its byte order mark says ${name}, which it was read as`,
      )
    else if (this.#told === undefined && this.#utf16 !== undefined)
      said.push(
        `is ${name} text by its ${this.#marked ? 'byte order mark' : 'NUL bytes'}; all its lines were decoded`,
      )
    else if (this.#told === undefined && this.#encoding === 'windows-1252')
      said.push(
        `is not UTF-8 and was read as ${name}${this.#controls ? '' : ' (ISO 8859-1 is the same here)'}: ${this.#where()}`,
      )
    else if (this.#told !== undefined && this.#multibyteLine > 0 && this.#lookedLikeUtf8())
      said.push(
        `was read as ${name} as was said, but it is valid UTF-8 with characters beyond ASCII, first on line ${String(this.#multibyteLine)}`,
      )
    return said.map((problem) => fileFinding('encoding', problem, settle))
  }

  #lookedLikeUtf8(): boolean {
    return this.#utf16 === undefined && this.#encoding !== 'utf-8' && this.#bytesBeyondAscii === 0
  }

  #where(): string {
    const examples = [...this.#examples].map(
      ([byte, line]) => `byte ${hex(byte)} is "${characterOf(byte, this.#encoding)}" (line ${String(line)})`,
    )
    return `${String(this.#lines)} ${this.#lines === 1 ? 'line holds' : 'lines hold'} such bytes, first ${listed(this.#firstLines)}; ${examples.join(', ')}`
  }

  #decodeUtf16(part: Buffer, decoder: Utf16Decoder, { final, line }: TextPart): Buffer {
    try {
      return Buffer.from(decoder.decode(part, { stream: !final }), 'utf8')
    } catch (error) {
      throw unreadable(
        this.#source,
        `is not valid ${names[this.#encoding]}: half a character is missing on or after line ${String(line())}`,
        { allowed: settle, cause: error },
      )
    }
  }

  #decodeSingle(part: Buffer, final: boolean): Buffer {
    const all = this.#carry.length === 0 ? part : Buffer.concat([this.#carry, part])
    const kept = final ? 0 : incompleteTail(all)
    const bytes = all.subarray(0, all.length - kept)
    this.#carry = kept === 0 ? nothing : Buffer.from(all.subarray(all.length - kept))
    const table = tableOf(this.#encoding)
    let high = 0
    for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 127) high++
    const out = Buffer.allocUnsafe(bytes.length + 2 * high)
    let to = 0
    let sequenceEnd = 0
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!
      if (this.#told === undefined) this.#look.see(byte)
      if (endsLine(byte, this.#before)) this.#line++
      this.#before = byte
      if (byte < 128) {
        out[to++] = byte
        continue
      }
      this.#noteHigh(byte)
      if (i >= sequenceEnd) sequenceEnd = this.#noteSequence(all, i)
      for (const value of table[byte - 128]!) out[to++] = value
      if (this.#look.foreign !== undefined) throw this.#foreign(this.#look.foreign)
    }
    if (final) {
      this.#look.end()
      if (this.#look.foreign !== undefined) throw this.#foreign(this.#look.foreign)
    }
    return out.subarray(0, to)
  }

  #noteHigh(byte: number): void {
    if (byte < 0xa0) this.#controls = true
    if (this.#lastHighLine !== this.#line) {
      this.#lastHighLine = this.#line
      this.#lines++
      if (this.#firstLines.length < 3) this.#firstLines.push(this.#line)
    }
    if (this.#examples.size < 3 && !this.#examples.has(byte)) this.#examples.set(byte, this.#line)
    if (this.#encoding === 'windows-1252' && undefined1252.has(byte))
      throw this.#foreign(`byte ${hex(byte)} on line ${String(this.#line)} is no character of Windows-1252`)
  }

  /** Notes a character of UTF-8 among single bytes. @returns index after it, or after the byte */
  #noteSequence(bytes: Buffer, at: number): number {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      this.#bytesBeyondAscii++
      return at + 1
    }
    if (this.#multibyteLine === 0) this.#multibyteLine = this.#line
    if (this.#told === undefined)
      throw unreadable(
        this.#source,
        `is neither UTF-8 nor Windows-1252 throughout: bytes that are not UTF-8 stand ${listed(this.#firstLines)}, a character of UTF-8 on line ${String(this.#line)}`,
        { allowed: settle },
      )
    return at + length
  }

  #notUtf8(body: Buffer, line: number): Error {
    const lines: number[] = []
    let invalid = 0
    let at = line
    for (let i = 0; i < body.length;) {
      const byte = body[i]!
      if (byte < 128) {
        if (endsLine(byte, i === 0 ? this.#before : body[i - 1]!)) at++
        i++
        continue
      }
      const length = sequenceLength(body, i)
      if (length === 0) {
        invalid++
        if (lines.at(-1) !== at && lines.length < 3) lines.push(at)
      }
      i += Math.max(length, 1)
    }
    return unreadable(
      this.#source,
      `is UTF-8 except for ${String(invalid)} ${invalid === 1 ? 'byte' : 'bytes'}, first ${listed(lines)}`,
      { allowed: settle },
    )
  }

  #foreign(problem: string): Error {
    return unreadable(
      this.#source,
      `is not UTF-8, and what else it is cannot be told: ${problem}; such bytes stand first ${listed(this.#firstLines)}`,
      { allowed: `${settle}; other encodings are turned into UTF-8 first (iconv -t UTF-8)` },
    )
  }
}

/**
 * A whole text as UTF-8.
 *
 * @throws ClaimsError `unreadable_file` naming the line
 */
export function decodeText(
  bytes: Buffer,
  options: { readonly source: string; readonly encoding?: TextEncoding | undefined },
): { readonly text: Buffer; readonly encoding: TextEncoding; readonly findings: Finding[] } {
  const decoding = new TextDecoding(bytes.subarray(0, 4096), options)
  const body = bytes.subarray(decoding.mark)
  if (decoding.encoding === 'utf-8' && isUtf8(body))
    return { text: body, encoding: 'utf-8', findings: decoding.findings() }
  const parts: Buffer[] = []
  const size = 1024 * 1024
  for (let from = 0; from < body.length || from === 0; from += size) {
    const line = (): number => 1 + countLines(Buffer.concat(parts))
    const final = from + size >= body.length
    parts.push(decoding.decode(body.subarray(from, from + size), { final, line }))
  }
  return { text: Buffer.concat(parts), encoding: decoding.encoding, findings: decoding.findings() }
}

/** Line ends (LF, CRLF or CR) of a text. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let i = 0; i < bytes.length; i++) if (endsLine(bytes[i]!, bytes[i - 1])) lines++
  return lines
}

/** Whether a line ends with a byte: CR, or LF unless it stands behind a CR, which ended the line. */
function endsLine(byte: number, before: number | undefined): boolean {
  return byte === 13 || (byte === 10 && before !== 13)
}

function markOf(head: Buffer, source: string): { encoding: TextEncoding; length: number } | undefined {
  const starts = (...magic: number[]): boolean => magic.every((byte, i) => head[i] === byte)
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff))
    throw unreadable(source, 'is UTF-32 text', { allowed: 'UTF-8 or UTF-16' })
  if (starts(0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', length: 3 }
  if (starts(0xff, 0xfe)) return { encoding: 'utf-16le', length: 2 }
  if (starts(0xfe, 0xff)) return { encoding: 'utf-16be', length: 2 }
  return undefined
}

/** UTF-16 without a mark is certain where most characters are ASCII: every second byte is NUL, the others never are. */
function unmarkedUtf16(head: Buffer): TextEncoding | undefined {
  const zeros = [0, 0]
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++
  const enough = Math.max(2, head.length * 0.3)
  if (zeros[0] === 0 && zeros[1]! >= enough) return 'utf-16le'
  return zeros[1] === 0 && zeros[0]! >= enough ? 'utf-16be' : undefined
}

/** Bytes of a character at the end that may go on. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 128) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}

/** Bytes of the character of UTF-8 beyond ASCII at a place, 0 for none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0
  if (length === 0 || at + length > bytes.length) return 0
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0
}

function firstInvalid(bytes: Buffer): number {
  for (let i = 0; i < bytes.length;) {
    if (bytes[i]! < 128) {
      i++
      continue
    }
    const length = sequenceLength(bytes, i)
    if (length === 0) return i
    i += length
  }
  return bytes.length
}

function tableOf(encoding: TextEncoding): readonly Buffer[] {
  return Array.from({ length: 128 }, (_, i) => Buffer.from(characterOf(i + 128, encoding)))
}

function characterOf(byte: number, encoding: TextEncoding): string {
  if (encoding === 'iso-8859-1') return String.fromCharCode(byte)
  return new TextDecoder('windows-1252').decode(Uint8Array.of(byte))
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

function listed(lines: readonly number[]): string {
  const texts = lines.map(String)
  if (texts.length < 2) return `on line ${texts.join('')}`
  return `on lines ${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`
}
