import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readBatches, readData, scanTable } from '../src/index.ts'
import { decompressParquetPage } from '../src/parquet-codecs.ts'
import { decimalValue } from '../src/parquet-value.ts'
import { numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const reference = JSON.parse(
  await readFile(
    join(import.meta.dirname, '../../../tooling/reference/values/ingestion-parquet-kinds.json'),
    'utf8',
  ),
) as {
  files: Record<string, { bytes: string; columns: Record<string, unknown[]>; left: string[] }>
}

/** What the reference holds, as the reader gives it. */
function meant(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if ('int' in value) return BigInt(String(value.int))
  if ('ms' in value) return new Date(Number(value.ms))
  if (!('float' in value)) throw new Error('an unknown value in the reference')
  return { inf: Infinity, nan: NaN, '-0.0': -0 }[String(value.float)]
}

describe('every type, codec, encoding and page version by PyArrow', () => {
  test.each(Object.keys(reference.files).filter((name) => !name.startsWith('no rows')))(
    '%s',
    async (name) => {
      await using folder = await temporaryFolder()
      const { bytes, columns, left } = reference.files[name]!
      const path = await folder.write('d.parquet', Buffer.from(bytes, 'base64'))
      const raw = await scanTable(path)
      if (raw.cells.kind !== 'values') throw new Error('Parquet holds values')
      expect(raw.names).toEqual(Object.keys(columns))
      for (const [i, column] of raw.names.entries())
        expect([column, Array.from(raw.cells.columns[i]!)]).toEqual([column, columns[column]?.map(meant)])
      expect(raw.findings.map(({ rule, field }) => [rule, field])).toEqual(
        left.map((field) => ['nested_column', field]),
      )
      const asked = raw.names.map((column) => text(column, { role: 'document' }))
      const whole = await readData(path, { columns: asked })
      const rows = []
      const found = []
      for await (const batch of readBatches(path, { columns: asked, batchRows: 5 })) {
        rows.push(...batch.frame.toRows())
        found.push(...batch.findings.filter(({ row }) => row === null))
      }
      expect(rows).toEqual(whole.frame.toRows())
      expect(found).toEqual(whole.findings.filter(({ row }) => row === null))
    },
  )

  test('a file without rows is empty', async () => {
    await using folder = await temporaryFolder()
    const { bytes } = reference.files['no rows in a group']!
    const path = await folder.write('d.parquet', Buffer.from(bytes, 'base64'))
    await expect(scanTable(path)).rejects.toMatchObject({ code: 'empty_data' })
  })
})

describe('decimals', () => {
  test.each([
    [144_587, 2, 1445.87],
    [3, 1, 0.3],
    [-1, 9, -1e-9],
    [9007199254740993n, 0, 9007199254740993n],
    [900719925474099300n, 2, 9007199254740993n],
    [12345678901234567890123456789n, 9, Number('12345678901234567890.123456789')],
    [5n * 10n ** 400n, 401, 0.5],
  ] as const)('%p / 10^%i', (unscaled, scale, value) => {
    expect(decimalValue(unscaled, scale)).toBe(value)
  })
})

describe('codecs', () => {
  /** 40 literals, then a match that overlaps itself: "ab" 20 times and 30 bytes of it again. */
  const plain = Buffer.from('ab'.repeat(35))
  const block = Buffer.concat([
    Buffer.from([0xff, 40 - 15]),
    plain.subarray(0, 40),
    Buffer.from([2, 0, 30 - 4 - 15]),
  ])

  test('LZ4 bare and as Hadoop frames it', () => {
    const header = Buffer.alloc(8)
    header.writeUInt32BE(plain.length, 0)
    header.writeUInt32BE(block.length, 4)
    const framed = Buffer.concat([header, block, header, block])
    expect(Buffer.from(decompressParquetPage('LZ4_RAW', block, 70))).toEqual(plain)
    expect(Buffer.from(decompressParquetPage('LZ4', block, 70))).toEqual(plain)
    expect(Buffer.from(decompressParquetPage('LZ4', framed, 140))).toEqual(Buffer.concat([plain, plain]))
  })

  test('a damaged block is refused and never read beyond its ends', () => {
    for (let at = 0; at < block.length; at++)
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = Buffer.from(block)
        bytes[at] = value
        try {
          expect(decompressParquetPage('LZ4_RAW', bytes, 70)).toHaveLength(70)
        } catch (error) {
          expect(String(error)).toContain('LZ4')
        }
      }
    for (let end = 0; end < block.length; end++)
      expect(() => decompressParquetPage('LZ4_RAW', block.subarray(0, end), 70)).toThrow('LZ4')
  })

  test('what no reader has is refused by name', async () => {
    await using folder = await temporaryFolder()
    const bytes = Buffer.from(reference.files['codec snappy']!.bytes, 'base64')
    // The codec is the field after the path in the footer: Snappy is 1 (zigzag 2), LZO is 3 (zigzag 6).
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
    const path = Buffer.from('\u0006number\u0015\u0002', 'latin1')
    const at = bytes.indexOf(path, footer)
    expect(at).toBeGreaterThan(footer)
    bytes[at + path.length - 1] = 6
    await expect(scanTable(await folder.write('d.parquet', bytes))).rejects.toMatchObject({
      code: 'unsupported_format',
      problems: [
        {
          problem: expect.stringContaining('LZO') as unknown,
          allowed: expect.stringMatching(/zstd.*lz4/) as unknown,
        },
      ],
    })
  })
})

describe('damaged files', () => {
  test('every byte of the footer and of the headers, and every length, is read or refused', async () => {
    await using folder = await temporaryFolder()
    const names = [
      'codec none',
      'pages 2.0, dictionary True',
      'delta 1.0',
      'lists 1.0, dictionary True',
      'lists 2.0, dictionary False',
    ]
    let refused = 0
    let read = 0
    for (const name of names) {
      const { bytes: encoded, columns } = reference.files[name]!
      const whole = Buffer.from(encoded, 'base64')
      const asked = Object.keys(columns).map((column) => text(column))
      for (let i = 0; i < 120; i++) {
        const bytes = Buffer.from(whole)
        // Evenly over the file, with values that make lengths small, large and negative.
        const at = Math.floor((i / 120) * bytes.length)
        bytes[at] = [0, 0xff, 0x80, bytes[at]! ^ 1][i % 4]!
        const path = await folder.write('d.parquet', i % 17 === 0 ? bytes.subarray(0, at) : bytes)
        try {
          for await (const batch of readBatches(path, { columns: asked, batchRows: 100 }))
            expect(batch.frame.rows).toBeGreaterThan(0)
          read++
        } catch (error) {
          expect(error).toMatchObject({ name: 'ClaimsError' })
          refused++
        }
      }
    }
    expect(refused).toBeGreaterThan(80)
    expect(read).toBeGreaterThan(20)
  }, 60_000)

  test('two damaged columns make one error and nothing beside it', async () => {
    await using folder = await temporaryFolder()
    const bytes = Buffer.from(reference.files['codec none']!.bytes, 'base64')
    bytes.fill(0xff, 4, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8))
    const path = await folder.write('d.parquet', bytes)
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    await expect(readData(path, { columns: [numeric('number'), text('text')] })).rejects.toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining('"number"') as unknown,
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
