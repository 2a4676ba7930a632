import { describe, expect, test } from '@jest/globals'
import { endpoints, MlflowClient, MlflowError, type Endpoint } from '../src/index.ts'
import { triedFields, type Place } from './server-rules/fields.ts'
import { oddValues, type OddValue } from './server-rules/odd-values.ts'
import { readRules, rowOf, triedServers } from './server-rules/rules.ts'

const client = new MlflowClient({ trackingUri: 'http://127.0.0.1:1', retries: 0 })
const place: Place = {
  client,
  experimentId: '1',
  runId: 'r',
  model: 'm',
  modelId: 'm-1',
  count: 0,
  send: () => Promise.reject(new TypeError('nothing is sent')),
}
const rules = readRules()
const all = new Map(
  Object.values(endpoints)
    .flatMap((group): Endpoint<never, unknown>[] =>
      Object.values<{ name: string; schemas?: unknown }>(group).filter(
        (each): each is Endpoint<never, unknown> => each.schemas !== undefined,
      ),
    )
    .map((endpoint) => [endpoint.name, endpoint]),
)

/** What each server did that did not keep a value. */
function notKept(row: string, { label }: OddValue): string[] {
  return triedServers.flatMap((server) =>
    Object.entries(rules[server][row] ?? {}).flatMap(([what, labels]) =>
      labels.includes(label) ? [`${server}: ${what}`] : [],
    ),
  )
}

/** Where the client decides otherwise than the strictest server, and why. */
function exception(name: string, { label, value }: OddValue, told: readonly string[]): boolean | undefined {
  // SQL stores keep an infinity as the largest number, as the documentation says; Python's client sends it too.
  if (name === 'metric value' && (value === Infinity || value === -Infinity)) return false
  // An empty text is no name, even where servers take it.
  if (value === '' && told.length === 0 && name !== 'run tag name')
    return /name|digest|sourceType/.test(name) || undefined
  // MLflow 2 takes 5,000 characters where MLflow 3 takes 20,000 and 100,000, and says so in a call of its own.
  const onlyOld = told.length > 0 && told.every((each) => each.startsWith('2.22.5: refused'))
  if (/^(?:experiment|version) tag value$/.test(name) && label.includes('×') && onlyOld) return false
  return undefined
}

describe('the client refuses what a server refuses or changes without a word, and nothing else', () => {
  test.each(triedFields.map(([name, field]) => [rowOf(name, field), name, field] as const))(
    '%s',
    async (row, name, field) => {
      const endpoint = all.get(field.endpoint)
      if (endpoint === undefined) throw new TypeError(`no endpoint ${field.endpoint}`)
      const wrong: string[] = []
      for (const odd of oddValues[field.kind]) {
        const told = notKept(row, odd)
        const expected = exception(name, odd, told) ?? told.length > 0
        const error: unknown = await client.transport
          .check(endpoint, field.request(odd.value, place) as never)
          .then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
        if ((error !== undefined) !== expected)
          wrong.push(`${odd.label}: ${String(error)}; servers: ${told.join(', ') || 'kept'}`)
        if (error === undefined) continue
        expect(error).toBeInstanceOf(MlflowError)
        expect(error).toMatchObject({ code: 'invalid_argument', endpoint: field.endpoint })
        const { message, field: at } = error as MlflowError
        expect(at).toMatch(/\w/)
        expect(message).toMatch(/must/)
        expect(message.length).toBeLessThan(400)
      }
      expect(wrong).toEqual([])
    },
  )

  test('every field was tried on every server that has its call', () => {
    for (const server of triedServers)
      for (const [name, field] of triedFields)
        expect([server, rowOf(name, field), rowOf(name, field) in rules[server]]).toEqual([
          server,
          rowOf(name, field),
          server !== '2.22.5' || !/^loggedModels|logOutputs/.test(field.endpoint),
        ])
  })

  test.each([2 ** 60, 2 ** 63, -(2 ** 53)])('%p as a number has lost digits', async (step) => {
    const metrics = [{ key: 'm', value: 1, timestamp: 1, step }]
    await expect(
      client.transport.check(endpoints.runs.logBatch, { runId: 'r', metrics }),
    ).rejects.toMatchObject({
      code: 'invalid_argument',
      field: 'metrics.0.step',
      message: expect.stringMatching(/from -\(2\^63\) to 2\^63 - 1.*got -?\d/),
    })
  })
})
