import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { errorCodes, type ClaimsError, type Finding } from '@claims/contracts'
import { readBatches, readData, type ReadDataOptions } from '../src/index.ts'
import { category, numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [text('id'), numeric('amount'), category('kind')]

type Outcome = { rows: unknown[]; findings: string[] } | { code: string }

/** What reading comes to; any other end than rows or a fault of the input is thrown. */
async function outcome(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    expect(error).toMatchObject({ name: 'ClaimsError' })
    const { code, message, problems } = error as ClaimsError
    expect([code, errorCodes[code].exitCode]).toEqual([code, 2])
    expect(message.length).toBeLessThan(1000)
    for (const { problem, allowed } of problems)
      expect(problem.length + (allowed?.length ?? 0)).toBeLessThan(1200)
    return { code }
  }
}

function ordered(findings: readonly Finding[]): string[] {
  return findings.map((finding) => JSON.stringify(finding)).sort()
}

async function whole(path: string, options: ReadDataOptions): Promise<Outcome> {
  const { frame, findings } = await readData(path, options)
  return { rows: frame.toRows(), findings: ordered(findings) }
}

async function inBatches(path: string, options: ReadDataOptions): Promise<Outcome> {
  const rows: unknown[] = []
  const found: Finding[] = []
  for await (const { frame, findings, firstRow } of readBatches(path, { ...options, batchRows: 3 })) {
    expect(firstRow).toBe(rows.length)
    rows.push(...frame.toRows())
    for (const finding of findings)
      found.push(finding.row === null ? finding : { ...finding, row: finding.row + firstRow })
  }
  return { rows, findings: ordered(found) }
}

const records = Array.from({ length: 11 }, (_, i) => ({
  id: `C-${String(i)}`,
  amount: i * 1.5,
  kind: i % 2 === 0 ? 'Bär' : 'a "b", c',
}))
const csv = (delimiter: string): string =>
  [
    ['id', 'amount', 'kind'],
    ...records.map(({ id, amount, kind }) => [id, String(amount), `"${kind.replaceAll('"', '""')}"`]),
  ]
    .map((cells) => cells.join(delimiter))
    .join('\n')
const lines = records.map((record) => JSON.stringify(record)).join('\n')
const parquet = JSON.parse(
  await readFile(
    join(import.meta.dirname, '../../../tooling/reference/values/ingestion-parquet-kinds.json'),
    'utf8',
  ),
) as { files: Record<string, { bytes: string }> }

const samples: readonly (readonly [string, Buffer])[] = [
  ['CSV', Buffer.from(csv(','))],
  ['CSV after sep= and a preamble', Buffer.from(`sep=;\nClaims of March\n\n${csv(';')}`)],
  ['CSV of Windows-1252', Buffer.from(csv('\t'), 'latin1')],
  ['CSV of UTF-16', Buffer.from(`\uFEFF${csv('|')}`, 'utf16le')],
  ['gzip CSV', gzipSync(csv(','))],
  ['JSON', Buffer.from(JSON.stringify(records, null, 1))],
  ['JSON under a key', Buffer.from(JSON.stringify({ data: records }))],
  ['JSON Lines', Buffer.from(lines)],
  ['JSON Lines with NaN', Buffer.from(lines.replace('1.5', 'NaN').replace('4.5', '-Infinity'))],
  ...['codec snappy', 'codec lz4', 'pages 2.0, dictionary True', 'delta 2.0', 'INT96'].map(
    (name) => [`Parquet, ${name}`, Buffer.from(parquet.files[name]!.bytes, 'base64')] as const,
  ),
]

interface Change {
  readonly kind: 'byte' | 'insert' | 'remove' | 'cut' | 'repeat'
  readonly at: number
  readonly value: number
  readonly length: number
}
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    'byte' as const,
    'insert' as const,
    'remove' as const,
    'cut' as const,
    'repeat' as const,
  ),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Buffer.from('"\n\r,;{}[]:\\0-.N'), 0xff, 0x80, 0xe4, 0xc3),
  ),
  length: fc.integer({ min: 1, max: 40 }),
})

function changed(bytes: Buffer, { kind, at, value, length }: Change): Buffer {
  const place = Math.floor(at * bytes.length)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  switch (kind) {
    case 'byte':
      return Buffer.concat([before, Buffer.of(value), after.subarray(1)])
    case 'insert':
      return Buffer.concat([before, Buffer.of(value), after])
    case 'remove':
      return Buffer.concat([before, after.subarray(length)])
    case 'cut':
      return before
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, length), after])
  }
}

describe('changed files give rows or a fault of the input, whole and in batches alike', () => {
  test.each(samples)('%s', async (_, bytes) => {
    await using folder = await temporaryFolder()
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), async (changes) => {
        const path = await folder.write('d', changes.reduce(changed, bytes))
        const options = { columns }
        const [one, other] = [
          await outcome(() => whole(path, options)),
          await outcome(() => inBatches(path, options)),
        ]
        expect(other).toEqual(one)
      }),
      { numRuns: 60 },
    )
  })
})
