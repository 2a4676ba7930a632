import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from '@jest/globals'
import { publicData, testOnPublicData } from '@claims/public-data'
import { cellAt, columnLength, isMissing, type FrameColumn } from '@claims/frame'
import { readBatches, readData, scanTable, typedFrame } from '../src/index.ts'
import { category, numeric } from './columns.ts'

interface Described {
  readonly kind: 'number' | 'text'
  readonly missing: number
  readonly sum?: number
  readonly distinct?: number
  readonly counts?: Record<string, number> | null
  readonly first: string | number | null
  readonly last: string | number | null
}
interface Reference {
  readonly files: Record<string, { rows: number; names: string[]; columns: Record<string, Described> }>
}

const reference = JSON.parse(
  await readFile(
    join(import.meta.dirname, '../../../tooling/reference/values/ingestion-pandas.json'),
    'utf8',
  ),
) as Reference

function describeColumn(column: FrameColumn, like: Described): Described {
  const n = columnLength(column)
  let missing = 0
  for (let i = 0; i < n; i++) if (isMissing(column, i)) missing++
  const ends = { missing, first: cellAt(column, 0), last: cellAt(column, n - 1) } as Pick<
    Described,
    'missing' | 'first' | 'last'
  >
  if (column.kind === 'number') {
    let sum = 0
    for (const value of column.values) if (!Number.isNaN(value)) sum += value
    return { kind: 'number', ...ends, sum }
  }
  if (column.kind !== 'category') throw new TypeError(column.kind)
  const counts: Record<string, number> = {}
  for (const code of column.codes)
    if (code >= 0) counts[column.levels[code]!] = (counts[column.levels[code]!] ?? 0) + 1
  return {
    kind: 'text',
    ...ends,
    distinct: column.levels.length,
    counts: like.counts === null ? null : counts,
  }
}

describe('real files give what pandas gives', () => {
  for (const [name, want] of Object.entries(reference.files)) {
    testOnPublicData(name, name, async () => {
      const columns = want.names.map((column) =>
        want.columns[column]!.kind === 'number'
          ? numeric(column)
          : category(column, { missing_tokens: name.startsWith('auto') ? ['?'] : [] }),
      )
      const { frame, findings, lineage } = await readData(publicData(name), { columns })
      expect(findings).toEqual([])
      expect([frame.rows, lineage.rows, frame.names]).toEqual([want.rows, want.rows, want.names])
      for (const column of want.names) {
        const { sum, ...described } = describeColumn(frame.column(column), want.columns[column]!)
        const { sum: wantedSum, ...wanted } = want.columns[column]!
        expect({ column, ...described }).toEqual({ column, ...wanted })
        // Tolerance: both sums are of the same doubles; only the order of additions differs.
        if (wantedSum !== undefined)
          expect(Math.abs(sum! - wantedSum)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wantedSum)))
      }
    })
  }

  testOnPublicData('batches give the same frame as the whole', 'actuarial_loss/train.csv.gz', async () => {
    const path = publicData('actuarial_loss/train.csv.gz')
    const columns = [category('ClaimNumber'), numeric('WeeklyWages'), category('ClaimDescription')]
    const whole = (await readData(path, { columns })).frame
    let rows = 0
    for await (const { frame, firstRow } of readBatches(path, { columns, batchRows: 7001 })) {
      expect(firstRow).toBe(rows)
      expect(frame.row(0)).toEqual(whole.row(rows))
      expect(frame.row(frame.rows - 1)).toEqual(whole.row(rows + frame.rows - 1))
      expect([...frame.number('WeeklyWages')]).toEqual([
        ...whole.number('WeeklyWages').subarray(rows, rows + frame.rows),
      ])
      rows += frame.rows
    }
    expect(rows).toBe(whole.rows)
  })

  testOnPublicData('678,013 rows are typed twice from one scan', 'fremtpl2/freMTPL2freq.csv.gz', async () => {
    const names = reference.files['fremtpl2/freMTPL2freq.csv.gz']!.names
    const raw = await scanTable(publicData('fremtpl2/freMTPL2freq.csv.gz'))
    const first = typedFrame(raw, { columns: names.slice(0, 3).map((name) => numeric(name)) })
    const second = typedFrame(raw, { columns: [category('Exposure'), category('Area')] })
    expect([first.frame.rows, second.frame.rows]).toEqual([678_013, 678_013])
    expect(second.frame.row(678_012)['Exposure']).toBe('0.00273972602739726')
  })
})
