import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { readLeniently } from '../src/index.ts'

const schema = z.strictObject({
  name: z.string(),
  parts: z.array(z.strictObject({ size: z.number() })),
})

describe('a file whose writer knows more', () => {
  test('unknown keys are left out at any depth and named', () => {
    const value = { name: 'a', later: 1, parts: [{ size: 1 }, { size: 2, colour: 'red' }] }
    expect(readLeniently(schema, value)).toEqual({
      success: true,
      data: { name: 'a', parts: [{ size: 1 }, { size: 2 }] },
      ignored: ['parts.1.colour', 'later'],
    })
    expect(value.parts[1]).toHaveProperty('colour')
  })

  test('what does not fit otherwise is refused', () => {
    expect(readLeniently(schema, { name: 1, parts: [], later: 1 }).success).toBe(false)
    expect(readLeniently(schema, null).success).toBe(false)
  })

  test('a name of every object is an ordinary key', () => {
    const value: unknown = JSON.parse('{"name":"a","parts":[],"__proto__":{"x":1}}')
    expect(readLeniently(schema, value)).toMatchObject({ success: true, data: { name: 'a', parts: [] } })
  })
})
