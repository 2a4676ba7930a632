import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { ClaimsError } from '@claims/contracts'
import { readBatches, readData, type ReadDataOptions } from '../src/index.ts'
import { category, numeric } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [numeric('amount', { required: true, minimum: 0 }), category('label', { role: 'label' })]

async function failure(work: Promise<unknown>): Promise<ClaimsError> {
  try {
    await work
  } catch (error) {
    if (error instanceof ClaimsError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

async function drain(path: string, options: ReadDataOptions): Promise<void> {
  for await (const batch of readBatches(path, { ...options, batchRows: 2 }))
    expect(batch.frame.rows).toBeGreaterThan(0)
}

describe('files that cannot be read', () => {
  const cases: readonly (readonly [string, string | Uint8Array, string, RegExp])[] = [
    ['no bytes', '', 'empty_data', /no bytes/],
    ['white space', ' \n\n ', 'empty_data', /white space/],
    ['a header only', 'amount,label\n', 'empty_data', /header but no rows/],
    ['an empty JSON array', '[]', 'empty_data', /no rows/],
    ['the same column twice', 'amount,label,amount\n1,a,2\n', 'duplicate_column', /"amount" more than once/],
    ['a quote that is never closed', 'amount,label\n1,a\n2,"b\n3,c\n', 'unreadable_file', /line 3/],
    [
      'a quote that is closed in another row',
      'amount,label\n1,"a\n2,b\n3,"c\n4,d\n',
      'unreadable_file',
      /quote on line 2 that is closed on line 4 only.*would be lost/,
    ],
    [
      'a damaged gzip file',
      gzipSync('amount,label\n1,a\n'.repeat(5000)).subarray(0, 60),
      'unreadable_file',
      /gzip/,
    ],
    ['binary data', Uint8Array.from({ length: 2000 }, (_, i) => (i * 7) % 256), 'unreadable_file', /binary/],
    ['JSON cut short', '[{"amount":1},', 'unreadable_file', /not valid JSON/],
    ['JSON without rows', '{"rows":\n[]}', 'unreadable_file', /no array of objects/],
    [
      'a Parquet file cut short',
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100)]),
      'unreadable_file',
      /Parquet/,
    ],
    ['a workbook', Buffer.from('504b0304140006000800', 'hex'), 'unsupported_format', /Excel/],
    ['a PDF', '%PDF-1.7\n', 'unsupported_format', /PDF/],
    ['HTML', '<html><body>Sign in</body></html>', 'unsupported_format', /HTML/],
    ['an encrypted Parquet file', 'PARE0123', 'unsupported_format', /encrypted/],
  ]

  test.each(cases)('%s', async (_, contents, code, message) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('data.csv', contents)
    for (const work of [readData(path, { columns }), drain(path, { columns })]) {
      const error = await failure(work)
      expect(error.code).toBe(code)
      expect(error.message).toMatch(message)
      expect(error.message).toContain('data.csv')
      expect(error.problems[0]?.allowed).toBeTruthy()
    }
  })

  test('no file, and a folder', async () => {
    await using folder = await temporaryFolder()
    const absent = await failure(readData(folder.path('absent.csv'), { columns }))
    expect(absent.code).toBe('file_not_found')
    expect(absent.message).toBe('There is no file absent.csv')
    const isFolder = await failure(readData(folder.path('.'), { columns }))
    expect([isFolder.code, isFolder.problems[0]?.problem]).toEqual(['unreadable_file', 'is a folder'])
  })

  test('aborting stops reading', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'amount,label\n1,a\n')
    const signal = AbortSignal.abort()
    expect((await failure(readData(path, { columns, signal }))).code).toBe('aborted')
    expect((await failure(drain(path, { columns, signal }))).code).toBe('aborted')
  })
})

describe('columns that are absent', () => {
  test('all required ones are listed with what is allowed and the nearest name', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'Claim Amount,other\n1,a\n')
    const error = await failure(
      readData(path, {
        columns: [
          numeric('claim_amount', { required: true, minimum: 0 }),
          category('kind', { required: true, allowed: ['a', 'b'] }),
        ],
      }),
    )
    expect(error.code).toBe('missing_column')
    expect(error.problems).toEqual([
      {
        field: 'claim_amount',
        problem: 'is absent; did you mean "Claim Amount"?',
        allowed: 'a finite number, at least 0',
      },
      { field: 'kind', problem: 'is absent', allowed: 'one of a, b' },
    ])
  })

  test('the label, only when it is asked for', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'amount,lable\n1,a\n')
    const { frame, unexpected } = await readData(path, { columns })
    expect(frame.names).toEqual(['amount'])
    expect(unexpected).toEqual(['lable'])
    const error = await failure(readData(path, { columns, requireLabel: true }))
    expect(error.code).toBe('label_absent')
    expect(error.problems[0]?.problem).toBe('is absent; did you mean "lable"?')
  })

  test('a default of the wrong type is a fault of the blueprint', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'amount\n1\n')
    const error = await failure(readData(path, { columns: [numeric('amount', { default: 'many' })] }))
    expect([error.code, error.problems[0]?.field]).toEqual(['invalid_blueprint', 'columns.amount.default'])
  })
})
