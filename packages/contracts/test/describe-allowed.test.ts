import { describe, expect, test } from '@jest/globals'
import { columnSchema, describeAllowed } from '../src/index.ts'

describe('describeAllowed', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a finite number', { type: 'number' }],
    [
      'a whole number, at least 18, at most 120 (years)',
      { type: 'number', integer: true, minimum: 18, maximum: 120, unit: 'years' },
    ],
    ['a finite number, above 0 (USD)', { type: 'number', exclusive_minimum: 0, unit: 'USD' }],
    [
      'a finite number written with decimal comma, points between thousands, currency EUR, a percent sign',
      {
        type: 'number',
        number_format: { decimal: 'comma', grouping: 'point', currency: 'EUR', percent: true },
      },
    ],
    ['text', { type: 'category' }],
    ['text, matching ^C-', { type: 'text', pattern: '^C-' }],
    ['text or a list of texts', { type: 'text', role: 'document' }],
    ['true or false', { type: 'boolean' }],
    ['an existing date YYYY-MM-DD or a date-time in ISO 8601', { type: 'timestamp' }],
    ['an existing date written as DD.MM.YYYY', { type: 'timestamp', date_format: 'DD.MM.YYYY' }],
    [
      'an existing date YYYY-MM-DD or a date-time in ISO 8601, at least 2020-01-01T00:00:00.000Z',
      { type: 'timestamp', minimum: Date.UTC(2020, 0, 1) },
    ],
    ['one of auto, home', { type: 'category', allowed: ['auto', 'home'] }],
    [
      `one of ${Array.from({ length: 20 }, (_, i) => String(i)).join(', ')} and 3 more`,
      { type: 'category', allowed: Array.from({ length: 23 }, (_, i) => String(i)) },
    ],
  ])('%s', (text, column) => {
    expect(describeAllowed(columnSchema.parse({ name: 'x', role: 'numeric', ...column }))).toBe(text)
  })
})
