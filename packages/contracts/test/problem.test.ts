import { describe, expect, test } from '@jest/globals'
import { ClaimsError, errorCodes, problemSchema, toProblem, type ErrorCode } from '@claims/contracts'

describe('toProblem', () => {
  test.each(Object.keys(errorCodes) as ErrorCode[])('%s becomes a valid problem document', (code) => {
    const problem = toProblem(new ClaimsError(code, 'what happened'), 'request-1')
    expect(problemSchema.parse(JSON.parse(JSON.stringify(problem)))).toEqual(problem)
    expect(problem).toMatchObject({
      type: `urn:claims:error:${code}`,
      code,
      status: errorCodes[code].status,
      title: errorCodes[code].title,
      request_id: 'request-1',
    })
  })

  test('lists every field problem with what is allowed and what came', () => {
    const problems = [
      { field: 'claim_amount', problem: 'is negative', allowed: 'above 0', received: -5 },
      { field: 'customer_gender', problem: 'is unknown' },
    ]
    expect(toProblem(new ClaimsError('invalid_claim', 'bad', { problems }), 'r').errors).toEqual(problems)
  })

  test('an internal error keeps its message, cause and stack to itself', () => {
    const error = new ClaimsError('internal', 'password is hunter2', { cause: new Error('secret path') })
    const text = JSON.stringify(toProblem(error, 'r'))
    expect(text).not.toMatch(/hunter2|secret|\.ts/)
    expect(text).toContain('request id')
  })
})
