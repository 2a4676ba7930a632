import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { requireKnownFormat } from '../src/index.ts'

const schema = z.object({ format_version: z.union([z.literal(1), z.literal(2)]), name: z.string() })

test('a newer file says so with both versions, whatever else it holds', () => {
  for (const value of [{ format_version: 3, name: 'a' }, { format_version: 99 }])
    expect(() => {
      requireKnownFormat(schema, value, 'policy.json')
    }).toThrow(
      expect.objectContaining({
        code: 'unsupported_format_version',
        message: `policy.json has format version ${String(value.format_version)}; this product reads up to 2`,
      }),
    )
})

test.each([
  [{ format_version: 1 }],
  [{ format_version: 2, name: 1 }],
  [{ format_version: 0 }],
  [{ format_version: -1 }],
  [{ format_version: 2.5 }],
  [{ format_version: '3' }],
  [{ format_version: null }],
  [{}],
  [null],
  [[3]],
])('%j is left to the schema', (value) => {
  expect(() => {
    requireKnownFormat(schema, value, 'policy.json')
  }).not.toThrow()
})
