import { describe, expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import { createRecordReader } from '../src/index.ts'

const columns = [
  { name: 'customer_age', role: 'numeric', type: 'number', aliases: [{ name: 'age_of_customer' }] },
  { name: 'claim_amount', role: 'numeric', type: 'number' },
  { name: 'kind', role: 'categorical', type: 'category' },
  { name: 'notes', role: 'ignored', type: 'text' },
].map((column) => columnSchema.parse(column))
const read = createRecordReader(columns)

function codes(record: Record<string, unknown>): string[] {
  return read([record])
    .unknownOfRow(0)
    .map(({ field, code }) => `${field} ${code}`)
}

describe('fields that no column knows', () => {
  test.each(['customerAge', 'CUSTOMER-AGE', 'customer age', 'custmer_age', 'ageofcustomer', 'customer_agee'])(
    '%s is a near miss of a field that is absent',
    (name) => {
      expect(codes({ [name]: 40, kind: 'a', claim_amount: 1 })).toEqual([`${name} near_miss_field`])
    },
  )

  test.each(['age', 'customer', 'colour', 'kin_of', 'Notes'])('%s is unknown and no near miss', (name) => {
    expect(codes({ [name]: 40 })).toEqual([`${name} unexpected`])
  })

  test('a field that is there, by its name or an alias, is missed by nobody', () => {
    expect(codes({ customer_age: 40, customerAge: 41 })).toEqual(['customerAge unexpected'])
    expect(codes({ age_of_customer: 40, customerAge: 41 })).toEqual(['customerAge unexpected'])
    expect(codes({ notes: 'x' })).toEqual([])
  })

  test('a batch has one finding per name, with its count of rows; a claim only hears of its own', () => {
    const { findings, unknownOfRow } = read([{ colour: 1 }, { colour: 2, customerAge: 3 }, {}])
    expect(findings.map(({ row, rows, field, rule }) => [row, rows, field, rule])).toEqual([
      [null, 2, 'colour', 'unexpected'],
      [null, 1, 'customerAge', 'near_miss_field'],
    ])
    expect([0, 1, 2].map((row) => unknownOfRow(row).length)).toEqual([1, 2, 0])
  })

  test('a claim of 900,000 unknown fields makes a bounded number of findings, and counts are complete', () => {
    const record = Object.fromEntries(Array.from({ length: 900_000 }, (_, k) => [`f${k.toString(36)}`, 1]))
    record['customerAge'] = 1
    const before = process.memoryUsage().heapUsed
    const { findings, unknownOfRow } = read([record])
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6)
    expect(findings).toHaveLength(101)
    expect(findings.at(-1)?.problem).toContain(`${String(900_001 - 100)} further values`)
    expect(unknownOfRow(0).length).toBeLessThanOrEqual(41)
    expect(unknownOfRow(0).at(-1)?.problem).toContain(`${String(900_001 - 20)} further fields`)
  })

  test('time grows with the fields, not with rows times fields', () => {
    const claim = Object.fromEntries(Array.from({ length: 800 }, (_, k) => [`${k.toString(36)}x`, 1]))
    const cost = (rows: number): number => {
      const records = Array.from({ length: rows }, () => ({ ...claim }))
      let best = Infinity
      for (let repeat = 0; repeat < 3; repeat++) {
        const started = process.cpuUsage()
        read(records)
        const { user, system } = process.cpuUsage(started)
        best = Math.min(best, user + system)
      }
      return best
    }
    cost(100)
    // Eight times the rows; a quadratic reader would take 64 times as long.
    expect(cost(800) / cost(100)).toBeLessThan(32)
  })

  test('a claim of many unknown fields hides no near miss of another', () => {
    const hostile = Object.fromEntries(Array.from({ length: 90 }, (_, k) => [`x${String(k)}`, 1]))
    const { unknownOfRow } = read([{ ...hostile, custmer_age: 1 }, { custmer_age: 2 }])
    expect(unknownOfRow(1)).toMatchObject([{ field: 'custmer_age', code: 'near_miss_field' }])
  })

  test('a name of any length is repeated up to 200 characters', () => {
    const [warning] = read([{ ['z'.repeat(100_000)]: 1 }]).unknownOfRow(0)
    expect(warning?.field).toHaveLength(200)
  })
})
