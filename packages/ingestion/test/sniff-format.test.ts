import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readData, scanTable } from '../src/index.ts'
import { isParquet, sniffText } from '../src/sniff-format.ts'
import { numeric } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { parquetBytes } from './write-parquet.ts'

const sniff = (text: string, final = true): string => sniffText(Buffer.from(text), { source: 'd', final })

describe('how a text is written', () => {
  test.each([
    ['an array', '[{"a":1}]', 'json'],
    ['an array below blanks', ' \n\t[\n{"a":1}]', 'json'],
    ['cells', 'a,b\n1,2', 'delimited'],
    ['one object on one line', '{"a":1}', 'json'],
    ['one object and blank lines', '{"a":1}\n \n', 'json'],
    ['two objects', '{"a":1}\n{"a":2}', 'json_lines'],
    ['objects with brackets in texts', '{"a":"}{"}\n{"a":"\\"}"}', 'json_lines'],
    ['objects that hold others', '{"a":{"b":[1,{}]}}\n{"a":[{}]}', 'json_lines'],
    ['an object of many lines', '{\n"a": [\n1\n]\n}', 'json'],
    ['an object of lines that begin with commas', '{"rows":[\n{"a":1}\n,{"a":2}\n,{"a":3}\n]}', 'json'],
    ['as many objects as other lines', '{"a":1}\n{"a":\n{"a":3}\n{"a"', 'json_lines'],
    ['fewer objects than other lines', '{"a":1}\n{"a":\n{"a"', 'json'],
    ['two objects on one line', '{"a":1}{"a":2}\n{"a":1}{"a":2}', 'json'],
    ['lines of objects that are arrays at their ends', '{"a":1}\n{"a":1]\n{"a":1]', 'json'],
  ])('%s', (_, text, format) => {
    expect(sniff(text)).toBe(format)
  })

  test('the first twenty lines decide', () => {
    const lines = (objects: number, others: number): string =>
      `${'{"a":1}\n'.repeat(objects)}${'{"a":\n'.repeat(others)}`
    expect(sniff(lines(10, 30))).toBe('json_lines')
    expect(sniff(lines(9, 30))).toBe('json')
  })

  test('a first line that goes on says more than one that ends with the sample', () => {
    expect(sniff('{"a":1}\n', false)).toBe('json_lines')
    expect(sniff('{"a":1}\n{"a"', false)).toBe('json_lines')
    expect(sniff('{"a":1', false)).toBe('json')
  })

  test.each([
    ['<a>', 'unsupported_format'],
    [' \n', 'empty_data'],
    ['a\0b', 'unreadable_file'],
  ])('%j is refused', (text, code) => {
    expect(() => sniff(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('Parquet', () => {
  test('is told by its first bytes and a NUL', () => {
    expect(isParquet(Buffer.from('PAR1\0'), 'd')).toBe(true)
    expect(isParquet(Buffer.from('PAR1,b\n1,2'), 'd')).toBe(false)
    expect(isParquet(Buffer.from('XPAR1\0'), 'd')).toBe(false)
    expect(() => isParquet(Buffer.alloc(0), 'd')).toThrow(expect.objectContaining({ code: 'empty_data' }))
  })
})

describe('a name that is there twice', () => {
  test('is told of JSON and of Parquet as of CSV', async () => {
    await using folder = await temporaryFolder()
    const twice = [
      { name: 'a', type: 'double' as const, values: [1, 2] },
      { name: 'a', type: 'double' as const, values: [3, 4] },
    ]
    for (const path of [
      await folder.write('d.csv', 'a,a\n1,2\n'),
      await folder.write('d.json', '[{"a":1," a":2}]'),
      await folder.write('d.parquet', parquetBytes(twice, 2)),
    ])
      await expect(scanTable(path)).rejects.toMatchObject({
        code: 'duplicate_column',
        message: expect.stringContaining('has the column "a" more than once') as unknown,
      })
  })
})

describe('gzip', () => {
  test.each([2, 3, 10, 17, 18])('%d bytes of it are a damaged file', async (length) => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv.gz', gzipSync('a\n1\n').subarray(0, length))
    await expect(readData(path, { columns: [numeric('a')] })).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })

  test('of a few bytes is read', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv.gz', gzipSync('a\n1\n'))
    expect((await readData(path, { columns: [numeric('a')] })).frame.toRows()).toEqual([{ a: 1 }])
  })
})
