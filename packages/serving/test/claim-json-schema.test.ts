import { describe, expect, test } from '@jest/globals'
import { columnSchema, parseBlueprint, upgradeReferenceProfile, type Column } from '@claims/contracts'
import { createRecordReader } from '@claims/ingestion'
import { claimJsonSchema } from '@claims/serving'
import fc from 'fast-check'
import { datePattern } from '../src/openapi/date-pattern.ts'
import { exampleClaim } from '../src/example-claim.ts'
import { numberPattern } from '../src/openapi/number-pattern.ts'

const column = (facts: Partial<Column>): Column =>
  columnSchema.parse({ name: 'x', role: 'numeric', type: 'number', ...facts })
const matches = (pattern: string | null, text: string): boolean =>
  new RegExp(`^(?:${pattern ?? '(?!)'})$`, 'u').test(text)

describe('numbers as text', () => {
  const bound = fc.option(fc.nat(2000), { nil: undefined })
  const number = fc.oneof(
    fc.nat(3000).map(String),
    fc.tuple(fc.nat(3000), fc.nat(999)).map(([a, b]) => `${String(a)}.${String(b)}`),
    fc.nat(3000).map((a) => `-${String(a)}`),
    fc.nat(3000).map((a) => `00${String(a)}.0`),
  )
  test('the pattern takes exactly the numbers within the bounds', () => {
    fc.assert(
      fc.property(
        fc.record({ low: bound, above: fc.boolean(), span: bound, integer: fc.boolean(), text: number }),
        ({ low, above, span, integer, text }) => {
          const maximum = span === undefined ? undefined : (low ?? 0) + span + 1
          const pattern = numberPattern(
            column({
              integer,
              ...(low === undefined ? {} : above ? { exclusive_minimum: low } : { minimum: low }),
              ...(maximum === undefined ? {} : { maximum }),
            }),
          )
          const value = Number(text)
          // A minus is written only where there is no lower bound, also before a zero.
          fc.pre(!(Object.is(value, -0) && low !== undefined))
          const inside =
            (low === undefined || (above ? value > low : value >= low)) &&
            (maximum === undefined || value <= maximum) &&
            (!integer || Number.isInteger(value))
          expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, inside])
        },
      ),
      { seed: 5, numRuns: 3000 },
    )
  })

  test.each([{ minimum: -5 }, { maximum: 0.5 }])('bounds that no short pattern says: %j', (facts) => {
    expect(numberPattern(column(facts))).toBeNull()
  })
})

describe('dates', () => {
  const read = createRecordReader([column({ name: 'd', role: 'date', type: 'timestamp' })])
  test('the pattern and the reader agree on every day, that exists or not, and on times', () => {
    const two = (most: number): fc.Arbitrary<string> => fc.nat(most).map((n) => String(n).padStart(2, '0'))
    const day = fc
      .tuple(fc.constantFrom('1900', '1999', '2000', '2023', '2024', '2100', '2400'), two(13), two(32))
      .map((parts) => parts.join('-'))
    const time = fc.oneof(
      fc.constant(''),
      fc
        .tuple(
          fc.constantFrom('T', ' '),
          two(24),
          two(60),
          fc.constantFrom('', ':07', ':59.5', ':61'),
          fc.constantFrom('', 'Z', '+02:00', '-0330', '+19:00'),
        )
        .map(([between, hours, minutes, seconds, zone]) => `${between}${hours}:${minutes}${seconds}${zone}`),
    )
    fc.assert(
      fc.property(day, time, (date, clock) => {
        const text = date + clock
        expect([text, read([{ d: text }]).findings.length === 0]).toEqual([text, matches(datePattern, text)])
      }),
      { seed: 5, numRuns: 5000 },
    )
  })
})

describe('claimJsonSchema', () => {
  const { properties, required, allOf } = claimJsonSchema([
    column({ name: 'id', role: 'id', type: 'text', required: true, pattern: '^\\S{1,64}$' }),
    column({ name: 'zip', role: 'categorical', type: 'category', required: true }),
    column({ name: 'five', role: 'categorical', type: 'category', pattern: '^[0-9]{5}$' }),
    column({ name: 'line', role: 'categorical', type: 'category', allowed: ['auto', '1', 'true'] }),
    column({ name: 'files', role: 'document', type: 'text' }),
    column({ name: 'months', required: true, minimum: 0, aliases: [{ name: 'years', multiply: 12 }] }),
    column({ name: 'old', role: 'ignored', type: 'text' }),
  ]) as { properties: Record<string, Record<string, unknown>>; required: string[]; allOf: unknown[] }

  test('says every form of a code, and null only where it may be absent', () => {
    expect(properties['id']?.['type']).toEqual(['string', 'number', 'boolean'])
    expect(properties['id']?.['anyOf']).toContainEqual({
      ...{ type: 'number', exclusiveMinimum: -1e63, exclusiveMaximum: 1e64 },
    })
    expect(properties['zip']?.['type']).toEqual(['string', 'number', 'boolean'])
    expect(properties['five']?.['anyOf']).toContainEqual({
      ...{ type: 'integer', minimum: 10_000, exclusiveMaximum: 100_000 },
    })
    expect(properties['line']).toMatchObject({ type: ['string', 'integer', 'boolean', 'null'] })
    expect(properties['line']?.['anyOf']).toContainEqual({ enum: ['auto', '1', 'true', 1, true] })
    expect(properties['files']?.['type']).toEqual(['string', 'number', 'boolean', 'array', 'null'])
    expect(properties['old']).toEqual({ description: 'Not used' })
  })

  test('a required field may come under its alias, and then not as null', () => {
    expect(required).toEqual(['id', 'zip'])
    expect(allOf).toMatchObject([
      { not: { required: ['months', 'years'] } },
      {
        anyOf: [
          { required: ['months'] },
          { required: ['years'], properties: { years: { anyOf: [{ type: 'number', minimum: 0 }, {}] } } },
        ],
      },
    ])
    expect(properties['months']?.['type']).toEqual(['number', 'string'])
  })
})

describe('names that objects inherit', () => {
  const names = ['__proto__', 'constructor', 'toString']
  const columns = names.map((name) => column({ name, required: true }))
  const empty = {
    ...{ kind: 'number' as const, rows: 0, missing: 0, quantiles: [] },
    mean: null,
    sampled_rows: 0,
  }
  const profile = upgradeReferenceProfile({
    ...{ format_version: 1, features: {}, score: empty },
    columns: Object.fromEntries(
      names.map((name, i) => [
        name,
        {
          ...{ kind: 'number' as const, rows: 4, missing: 0, quantiles: [0, i + 5, 9] },
          ...{ mean: 5, sampled_rows: 4 },
        },
      ]),
    ),
  })

  test('the schema has every column, an alias included', () => {
    const aliased = column({ name: 'y', aliases: [{ name: '__proto__' }] })
    expect(Object.keys(claimJsonSchema(columns)['properties'] ?? {})).toEqual(names)
    expect(Object.keys(claimJsonSchema([aliased])['properties'] ?? {})).toEqual(['y', '__proto__'])
  })

  test('the example has every column, with its typical value, as the reader takes it', () => {
    const blueprint = parseBlueprint({
      format_version: 1,
      name: 'odd',
      columns: [...columns, column({ name: 'label', role: 'label', type: 'category' })],
      label: { column: 'label', positive: 'yes' },
      split: { kind: 'stratified' },
      candidates: [{ name: 'logistic', kind: 'logistic_regression' }],
      business_rules: [
        {
          ...{ kind: 'compare_columns', name: 'order', severity: 'warning' },
          ...{ left: 'constructor', operator: '<=', right: '__proto__' },
        },
      ],
    })
    const claim = exampleClaim(columns, { blueprint, profile })
    expect(Object.entries(claim)).toEqual([
      ['__proto__', 5],
      ['constructor', 5],
      ['toString', 7],
    ])
    expect(createRecordReader(columns)([claim]).findings).toEqual([])
  })
})
