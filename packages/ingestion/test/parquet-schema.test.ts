import { describe, expect, test } from '@jest/globals'
import type { FileMetaData, SchemaElement } from 'hyparquet'
import { parquetColumns, type ParquetColumn } from '../src/parquet-schema.ts'

type Element = Partial<SchemaElement>

function fileOf(schema: SchemaElement[]): FileMetaData {
  return { version: 1, schema, num_rows: 0n, row_groups: [], metadata_length: 0 }
}

function columnsOf(children: number, ...elements: Element[]): ParquetColumn[] {
  const named = elements.map((element, i) => ({ name: `e${String(i)}`, ...element }))
  return parquetColumns(fileOf([{ name: 'root', num_children: children }, ...named]))
}

const value: Element = { type: 'DOUBLE', repetition_type: 'OPTIONAL' }
const repeatedValue: Element = { type: 'DOUBLE', repetition_type: 'REPEATED' }
const repeatedGroup: Element = { repetition_type: 'REPEATED', num_children: 1 }
const group: Element = { repetition_type: 'OPTIONAL', num_children: 1 }
const listGroup: Element = { ...group, converted_type: 'LIST' }
const requiredList: Element = { ...listGroup, repetition_type: 'REQUIRED' }
const logicalList: Element = { ...group, logical_type: { type: 'LIST' } }

describe('the shape of a column', () => {
  test.each<[string, Element[], Partial<ParquetColumn>]>([
    ['a value', [value], { shape: 'value', depth: 1, listOptional: false }],
    ['a required value', [{ ...value, repetition_type: 'REQUIRED' }], { shape: 'value', depth: 1 }],
    ['a repeated value', [repeatedValue], { shape: 'list', depth: 1, listOptional: false }],
    ['a list of two levels', [listGroup, repeatedValue], { shape: 'list', depth: 2, listOptional: true }],
    [
      'a list of three levels',
      [listGroup, repeatedGroup, value],
      { shape: 'list', depth: 3, listOptional: true },
    ],
    ['a list by its logical type', [logicalList, repeatedGroup, value], { shape: 'list', depth: 3 }],
    ['a list that is never missing', [requiredList, repeatedValue], { shape: 'list', listOptional: false }],
    ['a group that is not said to be a list', [group, repeatedGroup, value], { shape: 'nested' }],
    ['a list that repeats at its end', [listGroup, group, repeatedValue], { shape: 'nested' }],
    ['a list of lists', [listGroup, repeatedGroup, repeatedValue], { shape: 'nested', depth: 3 }],
    ['a list of four levels', [listGroup, repeatedGroup, group, value], { shape: 'nested', depth: 4 }],
    ['a list of nothing that repeats', [listGroup, value], { shape: 'nested', listOptional: false }],
    ['a group of one value', [group, value], { shape: 'nested', depth: 2 }],
    [
      'a list of two values',
      [listGroup, { ...repeatedGroup, num_children: 2 }, value, value],
      { shape: 'nested' },
    ],
    ['a group of nothing', [{ repetition_type: 'OPTIONAL' }], { shape: 'nested', depth: 1 }],
  ])('%s', (_, elements, expected) => {
    const [column, ...others] = columnsOf(1, ...elements)
    expect(others).toEqual([])
    expect(column).toMatchObject({ name: 'e0', leaf: 0, ...expected })
    const own = expected.shape === 'nested' ? elements[0] : elements.at(-1)
    expect(column?.element).toMatchObject(own ?? {})
  })

  test('leaves are counted through groups', () => {
    const pair: Element = { num_children: 2, repetition_type: 'OPTIONAL' }
    const columns = columnsOf(4, value, pair, value, value, listGroup, repeatedGroup, value, value)
    expect(columns.map(({ name, leaf, shape }) => [name, leaf, shape])).toEqual([
      ['e0', 0, 'value'],
      ['e1', 1, 'nested'],
      ['e4', 3, 'list'],
      ['e7', 4, 'value'],
    ])
  })
})

describe('a schema that is no tree is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['no schema', () => parquetColumns(fileOf([])), 'there is no schema'],
    ['no column', () => columnsOf(0), 'there is no column'],
    ['a column too few', () => columnsOf(2, value), 'the schema ends too early'],
    ['a child too few', () => columnsOf(1, { num_children: 2 }, value), 'the schema ends too early'],
    ['an element too many', () => columnsOf(1, value, value), 'the schema goes on after its last column'],
    ['a negative count', () => columnsOf(1, { num_children: -1 }), 'the schema has an impossible count'],
    ['half a child', () => columnsOf(1, { num_children: 0.5 }), 'the schema has an impossible count'],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(message)
  })
})
