import { describe, expect, test } from '@jest/globals'
import { errorRows, errorTable } from '../src/error-table.ts'
import { tableRows } from '../src/markdown.ts'
import { readText } from '../src/repository.ts'

describe('docs/errors.md', () => {
  const documented = tableRows(readText('docs/errors.md'))
  const documentedCodes = documented.map(([code]) => code)
  const codes = errorRows().map(([code]) => code)

  test('documents every code', () => {
    expect(codes.filter((code) => !documentedCodes.includes(code))).toEqual([])
  })

  test('documents no code that does not exist', () => {
    expect(documentedCodes.filter((code) => !codes.includes(code))).toEqual([])
  })

  test('says of each code what the code says', () => {
    expect(documented).toEqual(errorRows())
  })

  test('the table that the script writes reads back as the codes', () => {
    expect(tableRows(errorTable())).toEqual(errorRows())
  })
})
