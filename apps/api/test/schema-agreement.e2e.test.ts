import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApi, type RunningApi } from '@claims/api'
import { parseBlueprint } from '@claims/contracts'
import { train } from '@claims/pipeline'
import fc from 'fast-check'

/** A schema as far as claims use it. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly anyOf?: readonly Schema[]
  readonly not?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const euro = { decimal: 'comma', grouping: 'point', percent: false }
const blueprint = parseBlueprint({
  format_version: 1,
  name: 'forms',
  columns: [
    { name: 'id', role: 'id', type: 'text', required: true, pattern: '^\\S{1,64}$' },
    {
      name: 'amount',
      role: 'numeric',
      type: 'number',
      required: true,
      exclusive_minimum: 0,
      maximum: 50_000,
    },
    { name: 'price', role: 'numeric', type: 'number', required: true, number_format: euro },
    { name: 'count', role: 'numeric', type: 'number', integer: true, minimum: 0 },
    { name: 'score', role: 'numeric', type: 'number', missing_tokens: ['-1', 'n/a'] },
    {
      name: 'months',
      role: 'numeric',
      type: 'number',
      minimum: 0,
      aliases: [{ name: 'years', multiply: 12 }],
    },
    { name: 'line', role: 'categorical', type: 'category', required: true, allowed: ['auto', 'home', '7'] },
    { name: 'police', role: 'categorical', type: 'category', allowed: ['yes', 'no'] },
    { name: 'city', role: 'categorical', type: 'category' },
    { name: 'zip', role: 'categorical', type: 'category', pattern: '^[0-9]{5}$' },
    { name: 'agreed', role: 'categorical', type: 'boolean', required: true },
    { name: 'notes', role: 'text', type: 'text' },
    { name: 'files', role: 'document', type: 'text' },
    { name: 'day', role: 'date', type: 'timestamp', required: true },
    { name: 'reported', role: 'date', type: 'timestamp', date_format: 'dmy' },
    { name: 'booked', role: 'date', type: 'timestamp', date_format: 'yyyymmdd' },
    { name: 'sent', role: 'date', type: 'timestamp', date_format: 'epoch_seconds' },
    { name: 'gender', role: 'sensitive', type: 'category' },
    { name: 'y', role: 'label', type: 'category' },
  ],
  label: { column: 'y', positive: 'yes' },
  split: { kind: 'stratified', folds: 2 },
  steps: [
    { kind: 'date_parts', parameters: { columns: ['day', 'reported', 'booked', 'sent'] } },
    { kind: 'one_hot', parameters: {} },
  ],
  candidates: [{ name: 'plain', kind: 'logistic_regression' }],
})
const good: Readonly<Record<string, unknown>> = {
  ...{ id: 'a', amount: 100, price: 12.5, count: 2, score: 3, months: 4, line: 'auto', police: 'no' },
  ...{ city: 'Bonn', zip: '01067', agreed: true, notes: 'none', files: 'a;b', day: '2024-03-04' },
  ...{ reported: '04.03.2024', booked: '20240304', sent: 1_709_510_400, gender: 'female' },
}
/** What callers send, right and wrong, in every field. */
const sent: readonly unknown[] = [
  ...[null, '', '  ', true, false, 0, 1, 2, 7, -1, 1.5, 12_345, 123_456, 60_000, 1e21, 1e300, -1e300, 3.5e38],
  ...['0', '1', '-1', '1.5', '1,5', '+2', '007', '60000', '12345', '123456', '01067', 'abc', 'n/a', 'auto'],
  ...[
    ' auto ',
    'AUTO',
    'yes',
    'No',
    'TRUE',
    'f',
    'maybe',
    '7',
    '7.0',
    '1.0',
    '2023-02-29',
    '2024-02-29',
    '2024-2-1',
  ],
  ...['2024-02-29T12:30:00Z', '31.12.2024', '29.02.2023', '12/31/2024', '20240229', '20230229', '1709510400'],
  ...['x'.repeat(64), 'x'.repeat(65), 'a b', [], ['a'], ['a', 1], [null], {}, { a: 1 }],
]

let root: string
let api: RunningApi
let claim: Schema
let properties: Readonly<Record<string, Schema>>

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-schema-'))
  const names = [...Object.keys(good), 'y']
  const rows = Array.from({ length: 300 }, (_, i) => {
    const amount = ((i * 7919) % 40_000) + 1
    const y = (i * 104_729) % 40_000 < amount ? 'yes' : 'no'
    const { zip, reported, booked } = { zip: '01067', reported: '04.03.2024', booked: '20240304' }
    const parts = [
      `c${String(i)}`,
      amount,
      `"${String(i)},5"`,
      i % 4,
      i % 5,
      i % 60,
      ['auto', 'home', '7'][i % 3],
    ]
    const more = [
      i % 2 ? 'yes' : 'no',
      ['Bonn', 'Turin'][i % 2],
      zip,
      i % 3 === 0,
      'none',
      'a;b',
      '2024-03-04',
    ]
    return [...parts, ...more, reported, booked, 1_709_510_400 + i, 'female', y].join(',')
  })
  const data = join(root, 'forms.csv')
  await writeFile(data, [names.join(','), ...rows, ''].join('\n'))
  await train({ data, by: { blueprint }, out: join(root, 'bundle'), folds: 2, seed: 1, threads: 1 })
  api = await startApi({ bundle: join(root, 'bundle'), port: 0, logLevel: 'silent', scoringThread: false })
  const current = (await (await fetch(`${api.url}/api/v1/models/current`)).json()) as { input_schema: Schema }
  claim = current.input_schema
  properties = claim.properties ?? {}
}, 180_000)
afterAll(async () => {
  await api.close()
  await rm(root, { recursive: true, force: true })
})

/** Whether a value is valid, by the keywords above. */
function isValid(schema: Schema, value: unknown): boolean {
  const { type, pattern = '', minLength = 0, maxLength = Infinity, minItems = 0, items } = schema
  if (type !== undefined && ![type].flat().some((name) => isOf(name, value))) return false
  if (schema.enum?.includes(value) === false) return false
  if (schema.anyOf?.some((form) => isValid(form, value)) === false) return false
  if (schema.not !== undefined && isValid(schema.not, value)) return false
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = schema
    const { exclusiveMinimum: above = -Infinity, exclusiveMaximum: below = Infinity } = schema
    return value >= minimum && value <= maximum && value > above && value < below
  }
  if (typeof value === 'string')
    return value.length >= minLength && value.length <= maxLength && new RegExp(pattern, 'u').test(value)
  if (Array.isArray(value))
    return value.length >= minItems && value.every((item) => items === undefined || isValid(items, item))
  return true
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

/** Values that a schema takes. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const { type, anyOf, pattern, items } = schema
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(valuesOf))
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const fits = (value: unknown): boolean => isValid(schema, value)
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const [low, high] = [minimum ?? exclusiveMinimum, maximum ?? exclusiveMaximum]
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return pattern === undefined ? fc.string() : fc.stringMatching(new RegExp(pattern)).filter(fits)
    case 'array':
      return fc.array(valuesOf(items ?? { type: 'string' }), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      })
    case 'integer': {
      const most = Number.MAX_SAFE_INTEGER
      return fc
        .integer({ min: Math.max(low ?? -most, -most), max: Math.min(high ?? most, most) })
        .filter(fits)
    }
    case 'number':
      return fc
        .double({ noNaN: true, noDefaultInfinity: true, min: low ?? -1e300, max: high ?? 1e300 })
        .filter(fits)
    default:
      throw new TypeError(`No values of ${JSON.stringify(schema)}`)
  }
}

/** Why each claim is refused; null where it is scored. */
async function refusals(claims: readonly unknown[]): Promise<(string | null)[]> {
  const found: (string | null)[] = []
  for (let start = 0; start < claims.length; start += 1000) {
    const response = await fetch(`${api.url}/api/v1/predict/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claims.slice(start, start + 1000)),
    })
    expect(response.status).toBe(200)
    const { results } = (await response.json()) as { results: { error?: { detail: string } }[] }
    found.push(...results.map(({ error }) => error?.detail ?? null))
  }
  return found
}

test('what the schema takes is accepted', async () => {
  const optional = (name: string): boolean => claim.required?.includes(name) === false
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const values = valuesOf(schema)
      return [name, optional(name) ? fc.option(values, { nil: undefined }) : values]
    }),
  )
  const claims = fc
    .sample(fc.record(fields), { numRuns: 1500, seed: 11 })
    // Of two names of one field, one is given.
    .map(({ years, ...rest }) => (rest['months'] == null ? { ...rest, months: undefined, years } : rest))
  const refused = (await refusals(claims)).flatMap((why, i) => (why === null ? [] : [[why, claims[i]]]))
  expect(refused).toEqual([])
}, 60_000)

test('a value is accepted exactly where the schema takes it', async () => {
  const tried = Object.keys(properties).flatMap((field) => sent.map((value) => ({ field, value })))
  const claims = tried.map(({ field, value }) => ({
    ...good,
    ...(field === 'years' ? { months: undefined } : {}),
    [field]: value,
  }))
  const answers = await refusals(claims)
  const differ = tried.flatMap(({ field, value }, i) => {
    const valid = isValid(properties[field] ?? {}, value)
    return valid === (answers[i] === null)
      ? []
      : [`${field} ${JSON.stringify(value)}: ${answers[i] ?? 'accepted'}`]
  })
  expect(differ).toEqual([])
}, 60_000)
