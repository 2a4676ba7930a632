import { describe, expect, test } from '@jest/globals'
import { columnSchema } from '@claims/contracts'
import { createFieldCheck, type CheckedFields, type UnknownFields } from '../src/scoring/check-fields.ts'

const columns = [
  { name: 'claim_id', role: 'id', type: 'text', required: true },
  { name: 'customer_age', role: 'numeric', type: 'number' },
  { name: 'previous_claims', role: 'numeric', type: 'number', default: 0 },
  {
    name: 'policy_duration',
    role: 'numeric',
    type: 'number',
    aliases: [{ name: 'policy_tenure', multiply: 12 }],
  },
  { name: 'income_2020', role: 'numeric', type: 'number' },
  { name: 'sex', role: 'categorical', type: 'category' },
  { name: 'city', role: 'categorical', type: 'category' },
  { name: 'notes', role: 'ignored', type: 'text' },
].map((column) => columnSchema.parse(column))

function check(record: Record<string, unknown>, mode: UnknownFields = 'error'): CheckedFields {
  const fields = createFieldCheck(columns)
  fields.begin()
  return fields.check(record, mode)
}

describe('a name that is almost that of an absent field', () => {
  test.each([
    ['customerAge', 'customer_age'],
    ['Customer Age', 'customer_age'],
    ['CUSTOMER-AGE', 'customer_age'],
    ['costumer_age', 'customer_age'],
    ['custmer_aeg', 'customer_age'],
    ['previous_claim', 'previous_claims'],
    ['policyTenure', 'policy_tenure'],
    ['ctiy', 'city'],
    ['Sex', 'sex'],
  ])('%s refuses the claim and names %s', (name, meant) => {
    const { code, problems } = check({ claim_id: 'C-1', [name]: 21 })
    expect(code).toBe('near_miss_field')
    expect(problems).toMatchObject([{ field: name, allowed: meant }])
  })

  test.each([
    ['income_2019', 'other digits are another field'],
    ['set', 'three letters have no neighbours'],
    ['cot', 'nor has what is two edits from four letters'],
    ['note', 'an ignored column is not missed'],
    ['customer_agency_x', 'three edits are far'],
    ['is_high_risk', 'unlike all'],
  ])('%s only warns: %s', (name) => {
    const { code, warnings } = check({ [name]: 1 })
    expect(code).toBeNull()
    expect(warnings).toMatchObject([{ field: name, code: 'unexpected' }])
  })

  test('beside the field itself it only warns; beside its null or blank it refuses', () => {
    expect(check({ customer_age: 30, customerAge: 21 }).code).toBeNull()
    expect(check({ customer_age: null, customerAge: 21 }).code).toBe('near_miss_field')
    expect(check({ customer_age: ' ', customerAge: 21 }).code).toBe('near_miss_field')
    expect(check({ policy_duration: 3, policyTenure: 21 }).code).toBeNull()
  })

  test('warn warns of both, ignore says nothing, and all are counted', () => {
    const record = { customerAge: 21, shoe_size: 43 }
    expect(check(record, 'warn').warnings.map(({ code }) => code)).toEqual(['near_miss_field', 'unexpected'])
    expect(check(record, 'warn').code).toBeNull()
    expect(check(record, 'ignore')).toMatchObject({ code: null, warnings: [] })
    for (const mode of ['error', 'warn', 'ignore'] as const)
      expect(check(record, mode).counts).toMatchObject({ near_miss: 1, unexpected: 1 })
  })
})

describe('other names', () => {
  test('at most 20 are listed, with the count of the others, and long ones are cut', () => {
    const record = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${'q'.repeat(i * 20)}`, i]))
    const { warnings } = check(record)
    expect(warnings).toHaveLength(21)
    expect(warnings[20]?.problem).toBe('and 30 more fields that are not known and not used')
    expect(Math.max(...warnings.map(({ field }) => field.length))).toBe(200)
  })

  test('are kept from the reader, names of Object.prototype included', () => {
    const record = JSON.parse('{"__proto__": 1, "constructor": 2, "claim_id": "C-1", "notes": 3}') as object
    const checked = check({ ...record, ['__proto__']: 1 })
    expect(Object.keys(checked.record)).toEqual(['claim_id', 'notes'])
  })

  test('the cost is bounded: 1,000 claims of 300 names of their own', () => {
    const fields = createFieldCheck(columns)
    fields.begin()
    const start = performance.now()
    let said = 0
    for (let claim = 0; claim < 1000; claim++) {
      const record = Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => [
          `customer_agx${String.fromCharCode(97 + (i % 26))}${String(claim)}`,
          i,
        ]),
      )
      const { warnings } = fields.check(record, 'error')
      if (warnings.some(({ problem }) => problem.includes('not compared'))) said += 1
    }
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(said).toBeGreaterThan(900)
  })
})

describe('one field under two names', () => {
  test('that disagree refuses, or warns', () => {
    const record = { policy_duration: 27, policy_tenure: 99 }
    expect(check(record)).toMatchObject({ code: 'invalid_claim', problems: [{ field: 'policy_duration' }] })
    expect(check(record, 'warn')).toMatchObject({ code: null, warnings: [{ code: 'conflicting' }] })
    expect(check(record, 'ignore').warnings).toHaveLength(1)
  })

  test.each([
    [{ policy_duration: 27, policy_tenure: 2.25 }],
    [{ policy_duration: '27', policy_tenure: 2.25 }],
    [{ policy_duration: 27, policy_tenure: null }],
  ])('%j agrees', (record) => {
    expect(check(record)).toMatchObject({ code: null, warnings: [] })
  })
})
