import { describe, expect, test } from '@jest/globals'
import { columnSchema, type Column } from '@claims/contracts'
import { createRecordReader } from '../record-reader.ts'
import { readBatches } from '../read-batches.ts'
import { readData } from '../read-data.ts'
import type { DataSource } from '../source/data-source.ts'

/** A record of the suite: texts, numbers, truth values, or nothing. */
export type SuiteRecord = Readonly<Record<string, string | number | boolean | null>>

const names = ['id', 'amount', 'type', 'open'] as const
const columns: readonly Column[] = [
  { name: 'id', role: 'id', type: 'text' },
  { name: 'amount', role: 'numeric', type: 'number' },
  { name: 'type', role: 'categorical', type: 'category' },
  { name: 'open', role: 'categorical', type: 'boolean' },
].map((column) => columnSchema.parse(column))

const records: readonly SuiteRecord[] = Array.from({ length: 23 }, (_, i) => ({
  id: `C-${String(i)} – "é"`,
  // One that is no number makes a finding; one is missing.
  amount: i === 7 ? 'many' : i === 11 ? null : i * 1.25,
  type: ['auto', 'home', 'Ärzte'][i % 3]!,
  open: i % 2 === 0,
}))

/**
 * The contract of `DataSource` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes a source of these records, each with all of its fields in this order
 */
export function describeDataSource(
  name: string,
  factory: (records: readonly SuiteRecord[]) => Promise<DataSource>,
): void {
  describe(`DataSource: ${name}`, () => {
    test('gives every row as a record of its own would be read, and names the bad cell', async () => {
      const { frame, findings, unexpected } = await readData(await factory(records), { columns })
      const wanted = createRecordReader(columns)(records)
      for (const column of names)
        expect(cells(frame.column(column))).toEqual(cells(wanted.frame.column(column)))
      expect(findings.filter(({ row }) => row !== null)).toMatchObject([
        { row: 7, field: 'amount', rule: 'type' },
      ])
      expect(unexpected).toEqual([])
    })

    test.each([1, 2, 7, 22, 23, 1000])('gives the same rows and findings %p at a time', async (batchRows) => {
      const source = await factory(records)
      const whole = await readData(source, { columns })
      const rows: unknown[][] = names.map(() => [])
      const found: unknown[] = []
      for await (const { frame, findings, firstRow } of readBatches(source, { columns, batchRows })) {
        expect(frame.rows).toBeLessThanOrEqual(batchRows)
        expect(firstRow).toBe(rows[0]?.length)
        names.forEach((column, i) => rows[i]?.push(...cells(frame.column(column))))
        for (const finding of findings)
          if (finding.row !== null) found.push({ ...finding, row: finding.row + firstRow })
      }
      expect(rows).toEqual(names.map((column) => cells(whole.frame.column(column))))
      expect(found).toEqual(whole.findings.filter(({ row }) => row !== null))
    })

    test('knows where its rows come from', async () => {
      const source = await factory(records)
      const { lineage } = await source.table()
      expect(source.name).not.toMatch(/^$|[/\\]/)
      expect(lineage).toMatchObject({
        source: source.name,
        rows: 23,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect((await source.table()).lineage).toEqual(lineage)
      expect((await (await factory(records)).table()).lineage.sha256).toBe(lineage.sha256)
      const other = records.map((record, i) => (i === 22 ? { ...record, amount: 0.5 } : record))
      expect((await (await factory(other)).table()).lineage.sha256).not.toBe(lineage.sha256)
    })

    test('can be read twice at once, and left in the middle', async () => {
      const source = await factory(records)
      const counts = await Promise.all(
        [3, 5].map(async (batchRows) => {
          let rows = 0
          for await (const { frame } of readBatches(source, { columns, batchRows })) {
            rows += frame.rows
            if (batchRows === 5 && rows >= 10) break
          }
          return rows
        }),
      )
      expect(counts).toEqual([23, 10])
      expect((await source.table()).rows).toBe(23)
    })

    test('ends when it is aborted', async () => {
      const source = await factory(records)
      const signal = AbortSignal.abort()
      await expect(source.table({ signal })).rejects.toMatchObject({ code: 'aborted' })
      const drain = async (): Promise<void> => {
        for await (const batch of readBatches(source, { columns, batchRows: 2, signal }))
          expect(batch).toBeDefined()
      }
      await expect(drain()).rejects.toMatchObject({ code: 'aborted' })
      const controller = new AbortController()
      const later = async (): Promise<void> => {
        for await (const batch of readBatches(source, { columns, batchRows: 2, signal: controller.signal })) {
          expect(batch).toBeDefined()
          controller.abort()
        }
      }
      await expect(later()).rejects.toMatchObject({ code: 'aborted' })
    })

    test('refuses to be empty', async () => {
      const source = await factory([])
      await expect(source.table()).rejects.toMatchObject({ code: 'empty_data' })
      const drain = async (): Promise<void> => {
        for await (const batch of readBatches(source, { columns, batchRows: 2 })) expect(batch).toBeDefined()
      }
      await expect(drain()).rejects.toMatchObject({ code: 'empty_data' })
    })
  })
}

function cells(column: {
  readonly kind: string
  readonly values?: ArrayLike<unknown>
  readonly codes?: Int32Array
  readonly levels?: readonly string[]
}): unknown[] {
  const { codes, levels, values } = column
  return codes === undefined ? Array.from(values ?? []) : Array.from(codes, (code) => levels?.[code] ?? null)
}
