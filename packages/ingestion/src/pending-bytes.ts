import { unreadable } from './file-error.ts'
import { countLines, TextDecoding, type TextEncoding } from './text-decoding.ts'

const initialSize = 256 * 1024
const maximumHeld = 2 ** 32
const nothing = Buffer.alloc(0)

/**
 * Bytes of a stream that are not yet used up, in one buffer that is written over as they are. After `startText` they
 * are UTF-8, whatever the stream holds.
 */
export class PendingBytes {
  /** Whether the stream has ended. */
  final = false
  /** 1-based line of the first byte, as far as `skip` was told. */
  line = 1
  readonly #chunks: AsyncGenerator<Buffer>
  readonly #source: string
  #decoding: TextDecoding | undefined
  #buffer = Buffer.allocUnsafeSlow(initialSize)
  #start = 0
  #end = 0

  constructor(chunks: AsyncGenerator<Buffer>, source: string) {
    this.#chunks = chunks
    this.#source = source
  }

  /** Valid until the next `fill`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  /** Decodes what is pending and all that comes. @throws ClaimsError `unreadable_file` */
  startText(encoding: TextEncoding | undefined): void {
    const raw = Buffer.from(this.bytes)
    const decoding = new TextDecoding(raw.subarray(0, 4096), { source: this.#source, encoding })
    this.#decoding = decoding
    this.#start = 0
    this.#end = 0
    this.#append(decoding.decode(raw.subarray(decoding.mark), { final: this.final, line: () => 1 }))
  }

  /** What is to be said of the encoding of the text, once it has ended. */
  textFindings(): ReturnType<TextDecoding['findings']> {
    return this.#decoding?.findings() ?? []
  }

  /** Reads on until there are at least `length` bytes or the stream ends. @throws ClaimsError `unreadable_file` */
  async fill(length: number): Promise<void> {
    while (this.#end - this.#start < length && !this.final) {
      const next = await this.#chunks.next()
      if (next.done === true) this.final = true
      const part = next.done === true ? nothing : next.value
      this.#append(this.#decoded(part))
    }
  }

  /** All bytes up to the end of the stream. @throws ClaimsError `unreadable_file` beyond 4 GiB */
  async all(): Promise<Buffer> {
    while (!this.final) {
      if (this.#end - this.#start >= maximumHeld)
        throw unreadable(this.#source, 'holds more than 4 GiB', {
          allowed: 'up to 4 GiB; CSV and JSON Lines of any size',
        })
      await this.fill(this.bytes.length + 1)
    }
    return this.bytes
  }

  /** Drops bytes from the front. @param line 1-based line of the first byte that is left */
  skip(length: number, line: number): void {
    this.#start += length
    this.line = line
  }

  #decoded(part: Buffer): Buffer {
    const line = (): number => this.line + countLines(this.bytes)
    return this.#decoding?.decode(part, { final: this.final, line }) ?? part
  }

  #append(chunk: Buffer): void {
    const kept = this.#end - this.#start
    if (this.#end + chunk.length > this.#buffer.length) {
      const needed = kept + chunk.length
      const room = needed * 2 > this.#buffer.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#buffer
      this.#buffer.copy(room, 0, this.#start, this.#end)
      this.#buffer = room
      this.#start = 0
      this.#end = kept
    }
    chunk.copy(this.#buffer, this.#end)
    this.#end += chunk.length
  }
}
