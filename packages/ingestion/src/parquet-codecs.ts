import zlib, { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { snappyUncompress, type CompressionCodec } from 'hyparquet'
import { decompressLz4Block } from './lz4-block.ts'

/** Takes the compression off a page. @throws any error for a damaged page */
type Decompress = (input: Uint8Array, length: number) => Uint8Array

/** Node has it from 22.15 on. */
const zstd = 'zstdDecompressSync' in zlib ? zlib.zstdDecompressSync : undefined

const decompressors: Readonly<Partial<Record<CompressionCodec, Decompress>>> = {
  UNCOMPRESSED: (input) => input,
  SNAPPY: (input, length) => {
    const output = new Uint8Array(length)
    snappyUncompress(input, output)
    return output
  },
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length + 1 }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length + 1 }),
  ...(zstd && { ZSTD: (input, length) => zstd(input, { maxOutputLength: length + 1 }) }),
  LZ4_RAW: decompressLz4Block,
  LZ4: decompressHadoopLz4,
}

/** Codecs that are read. */
export const parquetCodecs: readonly string[] = Object.keys(decompressors).map((codec) => codec.toLowerCase())

/** What a codec needs that is not read here, as ` (...)`; empty where nothing would help. */
export function codecNeeds(codec: string): string {
  return codec === 'ZSTD' && zstd === undefined ? ` (zstd needs Node 22.15; this is ${process.version})` : ''
}

/** Whether a codec is read. */
export function isReadCodec(codec: string): codec is CompressionCodec {
  return Object.hasOwn(decompressors, codec)
}

/**
 * Takes the compression off a page of Parquet.
 *
 * @param input compressed bytes
 * @param length bytes that must come out
 * @returns `length` bytes
 * @throws Error for a damaged page, any error of the decompressors
 */
export function decompressParquetPage(
  codec: CompressionCodec,
  input: Uint8Array,
  length: number,
): Uint8Array {
  // Zero bytes are no valid stream of most codecs, and stand for no values.
  const output = length === 0 ? new Uint8Array(0) : decompressors[codec]?.(input, length)
  if (output?.length !== length) throw new Error('a page does not decompress to the size that it states')
  return output
}

/** The old codec `LZ4`: blocks as Hadoop frames them (two sizes, big-endian), or a bare block as some writers left it. */
function decompressHadoopLz4(input: Uint8Array, length: number): Uint8Array {
  return unframed(input, length) ?? decompressLz4Block(input, length)
}

function unframed(input: Uint8Array, length: number): Uint8Array | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.length)
  const output = new Uint8Array(length)
  let from = 0
  let to = 0
  while (from < input.length) {
    if (input.length - from < 8) return undefined
    const size = view.getUint32(from)
    const stored = view.getUint32(from + 4)
    from += 8
    if (stored > input.length - from || size > length - to) return undefined
    try {
      output.set(decompressLz4Block(input.subarray(from, from + stored), size), to)
    } catch {
      // Not framed; the caller reads it as a bare block, which throws when it is none either.
      return undefined
    }
    from += stored
    to += size
  }
  return to === length ? output : undefined
}
