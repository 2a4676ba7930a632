import { describe, expect, test } from '@jest/globals'
import { createRecordReader } from '../src/index.ts'
import { unknownFieldScan } from '../src/unknown-fields.ts'
import { category, numeric } from './columns.ts'

const scan = unknownFieldScan([numeric('customer_age'), category('kind')])
const fields = (n: number, name: (i: number) => string): Record<string, number> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [name(i), 1]))
/** Different names that are all the customer's age but for punctuation. */
const nearName = (i: number): string => `customer${'_'.repeat(i + 2)}age`
const plainName = (i: number): string => `x${String(i)}`

describe('what a record hears of its unknown fields', () => {
  test.each([
    [20, 20, 0],
    [21, 20, 1],
    [25, 20, 5],
  ])('of %d near names %d, and %d as a count', (n, told, more) => {
    const warnings = scan([fields(n, nearName)]).ofRow(0)
    expect(warnings.filter(({ code }) => code === 'near_miss_field')).toHaveLength(told)
    expect(warnings.filter(({ field }) => field === '(other fields)').map(({ problem }) => problem)).toEqual(
      more === 0 ? [] : [`are no fields of this use case and are not used: ${String(more)} further fields`],
    )
  })

  test.each([
    [20, 20, 0],
    [21, 20, 1],
  ])('of %d plain names %d, and %d as a count', (n, told, more) => {
    const warnings = scan([fields(n, plainName)]).ofRow(0)
    expect(warnings.filter(({ field }) => field.startsWith('x'))).toHaveLength(told)
    expect(warnings).toHaveLength(told + Math.min(more, 1))
  })

  test('near names come first, twenty of each kind', () => {
    const warnings = scan([{ ...fields(22, plainName), ...fields(22, nearName) }]).ofRow(0)
    expect(warnings.map(({ code }) => code)).toEqual([
      ...new Array<string>(20).fill('near_miss_field'),
      ...new Array<string>(21).fill('unexpected'),
    ])
    expect(warnings.at(-1)?.problem).toContain(': 4 further fields')
  })
})

describe('what a batch hears', () => {
  test('a hundred names with their rows, the others together with theirs', () => {
    const records = [fields(100, plainName), fields(103, plainName), {}, fields(102, plainName)]
    const { findings } = scan(records)
    expect(findings).toHaveLength(101)
    expect(new Set(findings.slice(0, 100).map(({ rows }) => rows))).toEqual(new Set([3]))
    expect(findings.at(-1)).toMatchObject({
      field: '(other fields)',
      rows: 2,
      problem: 'are no fields of this use case and are not used: 5 further values',
    })
    expect(scan([fields(100, plainName)]).findings).toHaveLength(100)
  })

  test('a name is a near miss in a batch where it is one in any record', () => {
    const { findings, ofRow } = scan([{ customerAge: 1, customer_age: 2 }, { customerAge: 1 }])
    expect(findings).toMatchObject([{ field: 'customerAge', rule: 'near_miss_field', rows: 2 }])
    expect([0, 1].map((row) => ofRow(row)[0]?.code)).toEqual(['unexpected', 'near_miss_field'])
  })
})

describe('how far near names are looked for', () => {
  test('typing errors in 32 new names of a record, other spellings in a thousand', () => {
    const after = (n: number, name: string): string | undefined =>
      scan([{ ...fields(n, plainName), [name]: 1 }]).findings.find(({ rule }) => rule === 'near_miss_field')
        ?.field
    expect(after(31, 'custmer_age')).toBe('custmer_age')
    expect(after(32, 'custmer_age')).toBeUndefined()
    const row = (n: number): string[] =>
      scan([{ ...fields(n, plainName), customerAge: 1 }])
        .ofRow(0)
        .map(({ code }) => code)
    expect(row(999)).toContain('near_miss_field')
    expect(row(1000)).not.toContain('near_miss_field')
  })

  test('a name of a hundred characters', () => {
    const near = (blanks: number): string | undefined =>
      scan([{ [`customer${'_'.repeat(blanks)}age`]: 1 }]).ofRow(0)[0]?.code
    expect(near(89)).toBe('near_miss_field')
    expect(near(90)).toBe('unexpected')
  })

  test('a reader of records says the same', () => {
    const { unknownOfRow } = createRecordReader([numeric('customer_age')])([{ customerAge: 1 }])
    expect(unknownOfRow(0)).toEqual(scan([{ customerAge: 1 }]).ofRow(0))
  })
})
