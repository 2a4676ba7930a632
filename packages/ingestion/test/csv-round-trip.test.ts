import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCsvWriter, readBatches, readData, writeCsv } from '../src/index.ts'
import { numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Any text but NUL, which makes a file binary; blank text reads back as missing, all other text composed (NFC). */
const cell = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('"', ',', ';', '\n', '\r', '\t', '|', ' ', 'a', '\uFEFF', '{', '<'),
      maxLength: 8,
    }),
  )
  .filter((value) => !value.includes('\0'))
const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null })

function expected(value: string | null): string | null {
  return value === null || value.trim() === '' ? null : value.normalize('NFC')
}

/** Lines wholly within cells that have as many commas as a row of three columns: a missing quote would look so. */
function linesLikeRows(cells: readonly (string | number | null)[]): number {
  return cells
    .flatMap((value) => (typeof value === 'string' ? value.split(/[\r\n]/).slice(1, -1) : []))
    .filter((line) => line.split(',').length === 3).length
}

describe('writing and reading CSV', () => {
  test('gives every cell back, whole and in batches', async () => {
    await using folder = await temporaryFolder()
    const rows = fc.array(fc.tuple(fc.option(cell, { nil: null }), number, cell), {
      minLength: 1,
      maxLength: 30,
    })
    const columns = [text('first'), numeric('second'), text('third')]
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (data, compress) => {
        const path = folder.path(compress ? 'd.csv.gz' : 'd.csv')
        await writeCsv(path, ['first', 'second', 'third'], data)
        const want = data.map(([a, b, c]) => ({ first: expected(a), second: b, third: expected(c) }))
        const { frame, findings } = await readData(path, { columns })
        const doubted = linesLikeRows(data.flat())
        expect(findings.map(({ rule, problem }) => [rule, Number.parseInt(problem)])).toEqual(
          doubted === 0 ? [] : [['quoted_rows', doubted]],
        )
        expect(frame.toRows()).toEqual(want)
        const batches = []
        for await (const batch of readBatches(path, { columns, batchRows: 7 }))
          batches.push(...batch.frame.toRows())
        expect(batches).toEqual(want)
      }),
      {
        numRuns: 150,
        examples: [
          [
            [
              ['\r,,\n', null, ''],
              [null, null, 'a\n1,2,3\n,,\nb'],
            ],
            false,
          ],
        ],
      },
    )
  })

  test('gives every header back, also that of a single column', async () => {
    await using folder = await temporaryFolder()
    const name = cell.filter((value) => value.trim() !== '' && value.trim() === value)
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), async (names) => {
        const path = folder.path('h.csv')
        await writeCsv(path, names, [names.map(() => '1'), names.map(() => null)])
        const { frame } = await readData(path, { columns: names.map((column) => numeric(column)) })
        expect(frame.names).toEqual(names)
        expect(frame.rows).toBe(2)
      }),
      { numRuns: 200 },
    )
  })

  test('another delimiter inside quotes is not taken for the delimiter', async () => {
    await using folder = await temporaryFolder()
    const names = ['!', '||\n"']
    await writeCsv(folder.path('h.csv'), names, [[1, 2]])
    const { frame } = await readData(folder.path('h.csv'), { columns: names.map((name) => numeric(name)) })
    expect(frame.toRows()).toEqual([{ '!': 1, '||\n"': 2 }])
  })

  test('an aborted file never appears and leaves nothing behind', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', 'old')
    const writer = await createCsvWriter(path, ['a'])
    await writer.write(Array.from({ length: 400_000 }, (_, i) => [i]))
    expect(await readFile(path, 'utf8')).toBe('old')
    await writer.abort()
    expect(await readdir(dirname(path))).toEqual(['d.csv'])
    const failing = writeCsv(
      path,
      ['a'],
      (function* () {
        yield [1]
        throw new RangeError('stop')
      })(),
    )
    await expect(failing).rejects.toThrow('stop')
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(dirname(path))).toEqual(['d.csv'])
  })

  test('a folder that does not exist is named', async () => {
    await using folder = await temporaryFolder()
    await expect(createCsvWriter(folder.path('none/d.csv'), ['a'])).rejects.toMatchObject({
      code: 'file_not_found',
    })
  })
})
