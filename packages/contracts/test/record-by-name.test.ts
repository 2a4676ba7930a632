import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { blueprintSchema, readLeniently, recordByName } from '../src/index.ts'

const odd = ['__proto__', 'constructor', 'hasOwnProperty', '', 'a=b', '😀']
const counts = recordByName(z.number())

test('every own key is kept, whatever objects inherit under its name', () => {
  const given = Object.fromEntries(odd.map((name, i) => [name, i]))
  const parsed = counts.parse(given)
  expect(Object.entries(parsed)).toEqual(Object.entries(given))
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  expect(Object.entries(counts.parse({}))).toEqual([])
})

test('problems name the key, and what is no object is refused', () => {
  const given = Object.fromEntries([['__proto__', 'many']])
  expect(counts.safeParse(given).error?.issues[0]).toMatchObject({
    path: ['__proto__'],
    code: 'invalid_type',
  })
  for (const value of [null, 1, 'a', [1]]) expect(counts.safeParse(value).success).toBe(false)
  expect(z.object({ counts }).safeParse({ counts: { a: 'x' } }).error?.issues[0]?.path).toEqual([
    'counts',
    'a',
  ])
})

test('unknown keys within are left out leniently, by name', () => {
  const schema = z.strictObject({ parts: recordByName(z.strictObject({ size: z.number() })) })
  const value = { parts: Object.fromEntries([['__proto__', { size: 1, later: 2 }]]) }
  expect(readLeniently(schema, value)).toMatchObject({ success: true, ignored: ['parts.__proto__.later'] })
})

test('a blueprint keeps the reason of a column called __proto__', () => {
  const reasons = Object.fromEntries([['__proto__', { code: 'R_1', reason: 'one' }]])
  const parsed = blueprintSchema.shape.reasons.parse(reasons)
  expect(Object.keys(parsed)).toEqual(['__proto__'])
})

test('its JSON Schema is that of a record', () => {
  expect(z.toJSONSchema(z.object({ counts }), { io: 'input' }).properties?.['counts']).toMatchObject({
    type: 'object',
    additionalProperties: { type: 'number' },
  })
})
