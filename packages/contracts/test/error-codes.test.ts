import { describe, expect, test } from '@jest/globals'
import {
  ClaimsError,
  errorCodes,
  toClaimsError,
  type ErrorCode,
  type ErrorCodeEntry,
} from '@claims/contracts'

const table: readonly (readonly [string, ErrorCodeEntry])[] = Object.entries(errorCodes)

describe('the table of error codes', () => {
  test.each(table)('%s is whole', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    expect(entry.status).toBeLessThan(600)
    expect(entry.title).toMatch(/^[A-Z].*[^.]$/)
    expect([1, 2, 3, 70, 130]).toContain(entry.exitCode)
  })

  test('what is unavailable answers 503, exits with 3 and may be tried again, and nothing else may', () => {
    for (const [, entry] of table) {
      expect([entry.retryable, entry.exitCode === 3, entry.status === 503]).toEqual(
        Array(3).fill(entry.retryable),
      )
    }
  })

  test('our own defects answer 500, and nothing that a client did is a 500', () => {
    const ofOurs = [
      'invalid_configuration',
      'damaged_bundle',
      'native_failure',
      'internal',
      'unreadable_storage',
    ]
    ofOurs.push('database_refused', 'database_outdated', 'database_newer', 'damaged_database')
    ofOurs.push('damaged_record', 'damaged_document', 'wrong_master_key', 'history_rewritten')
    for (const [code, entry] of table) {
      if (entry.exitCode === 70) expect(entry.status).toBe(500)
      if (entry.status === 500) expect(ofOurs).toContain(code)
    }
  })

  test('titles are distinct', () => {
    expect(new Set(table.map(([, entry]) => entry.title)).size).toBe(table.length)
  })
})

describe('ClaimsError', () => {
  test('carries code, problems, cause and the entry of its code', () => {
    const cause = new Error('below')
    const problems = [{ field: 'claim_amount', problem: 'is absent', allowed: 'a number above 0' }]
    const error = new ClaimsError('missing_column', 'no amount', { problems, cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'ClaimsError',
      code: 'missing_column',
      message: 'no amount',
      problems,
    })
    expect(error.cause).toBe(cause)
    expect(error.entry).toBe(errorCodes.missing_column)
  })

  test('without options has no problems and no cause property', () => {
    const error = new ClaimsError('empty_data', 'nothing')
    expect(error.problems).toEqual([])
    expect(Object.hasOwn(error, 'cause')).toBe(false)
  })
})

describe('toClaimsError', () => {
  test('leaves its own kind alone', () => {
    const error = new ClaimsError('empty_data', 'nothing')
    expect(toClaimsError(error)).toBe(error)
  })

  test.each<[string, unknown, ErrorCode, string]>([
    ['an abort', AbortSignal.abort().reason, 'aborted', 'The work was aborted'],
    ['another error', new RangeError('deep'), 'internal', 'deep'],
    ['a thrown text', 'text', 'internal', 'text'],
    ['nothing', undefined, 'internal', 'undefined'],
  ])('%s', (_, thrown, code, message) => {
    const error = toClaimsError(thrown)
    expect([error.code, error.message]).toEqual([code, message])
    expect(error.cause).toBe(thrown)
  })
})
