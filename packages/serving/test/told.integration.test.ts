import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { batchPredictionSchema, ClaimsError } from '@claims/contracts'
import { DirectoryModelRegistry } from '@claims/registry'
import { createApi, ModelHolder, startServer, type Logger } from '@claims/serving'
import { loadExampleScorer, writeExampleModel } from './example-model.ts'

let root: string
const clock = { now: () => new Date() }
const lines: { fields: object; message: string }[] = []
const keep = (fields: object, message: string): void => {
  lines.push({ fields, message })
}
const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-told-'))
  await writeExampleModel(join(root, 'bundle'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('what would go unnoticed', () => {
  test('a model that refuses its own example takes over, and says that it was not warmed up', async () => {
    const holder = new ModelHolder({
      ...{ clock, reasons: 1, logger },
      loadScorer: async (bundle) => {
        const scorer = await loadExampleScorer(bundle)
        scorer.scoreRecords = (records) =>
          records.map(() => ({
            ...{ ok: false as const, claimId: null },
            error: new ClaimsError('invalid_claim', 'no', {
              problems: [{ field: 'claim_amount', problem: 'no' }],
            }),
          }))
        return scorer
      },
    })
    await holder.serve({ directory: join(root, 'bundle'), name: 'fraud', version: '4' })
    expect(holder.current?.version).toBe('4')
    expect(lines).toContainEqual({
      fields: { model_name: 'fraud', model_version: '4', code: 'invalid_claim', fields: ['claim_amount'] },
      message: 'the model refuses its own example, so only refusals were warmed up',
    })
    await holder.dispose()
  })

  test('a name beside the claims of a batch is said, counted and not used', async () => {
    const holder = new ModelHolder({ loadScorer: loadExampleScorer, clock, reasons: 1 })
    await holder.serve({ directory: join(root, 'bundle') })
    const claim = { claim_id: 'C-1', claim_amount: 25_000, policy_duration: 24, claim_type: 'auto' }
    const names = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n${String(i)}`, i]))
    for (const [unknownFields, warned] of [
      ['error', true],
      ['warn', true],
      ['ignore', false],
    ] as const) {
      const app = createApi({ holder, unknownFields, environment: 'test' })
      const server = await startServer(app, { port: 0 })
      const send = async (body: object): Promise<unknown> => {
        const headers = { 'content-type': 'application/json' }
        const init = { method: 'POST', headers, body: JSON.stringify(body) }
        return (await fetch(`${server.url}/api/v1/predict/batch`, init)).json()
      }
      const told = batchPredictionSchema.parse(await send({ claims: [claim], threshold: 0.9 }))
      expect(told.summary).toMatchObject({ claims: 1, scored: 1 })
      const problem = 'is no field of this use case and is not used'
      expect(told.warnings).toEqual(
        warned ? [{ field: 'threshold', code: 'unexpected', problem }] : undefined,
      )
      expect(await send([claim])).not.toHaveProperty('warnings')
      const many = batchPredictionSchema.parse(await send({ claims: [claim], ...names }))
      expect(many.warnings?.length).toBe(warned ? 21 : undefined)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      expect(metrics).toMatch(/claims_unknown_fields_total\{[^}]*unexpected[^}]*\} 61/)
      await server.close()
    }
    await holder.dispose()
  })

  test('a request that fails on our side is one line of the log', async () => {
    lines.length = 0
    const holder = new ModelHolder({ loadScorer: loadExampleScorer, clock, reasons: 1 })
    const app = createApi({ holder, logger, environment: 'test' })
    const server = await startServer(app, { port: 0 })
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503)
    await server.close()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      fields: { code: 'model_unavailable', status: 503, route: '/health/ready', err: expect.any(Error) },
      message: 'No model is loaded yet',
    })
  })

  test('an error of the listener while it serves is logged, and it goes on', async () => {
    const created = jest.spyOn(await import('node:net').then((net) => net.Server.prototype), 'emit')
    const running = await startServer((_request, response) => response.end('here'), { port: 0, logger })
    const server = created.mock.contexts.find((each) => each instanceof createServer().constructor)
    created.mockRestore()
    lines.length = 0
    for (const code of ['EMFILE', 'ENFILE'])
      (server as ReturnType<typeof createServer>).emit('error', Object.assign(new Error(code), { code }))
    expect(lines.map(({ message }) => message)).toEqual(['the listener failed', 'the listener failed'])
    expect(await (await fetch(running.url)).text()).toBe('here')
    await running.close()
  })

  test('the page of a version hashes its bundle once', async () => {
    const registry = new DirectoryModelRegistry(join(root, 'models'))
    await registry.register('fraud', join(root, 'bundle'), { actor: 'test' })
    const holder = new ModelHolder({ loadScorer: loadExampleScorer, clock, reasons: 1 })
    const app = createApi({ holder, registry, environment: 'test' })
    const server = await startServer(app, { port: 0 })
    const page = `${server.url}/api/v1/models/fraud/versions/1`
    const first = await (await fetch(page)).json()
    expect(first).toMatchObject({ version: '1', evaluation: { test: { rows: 20 } } })
    // A weight that changed would be seen by whoever hashes the bundle again.
    const kept = await (await registry.resolve('fraud@1')).locate()
    await writeFile(join(kept, 'model', 'weight.json'), '{}')
    expect(await (await fetch(page)).json()).toEqual(first)
    await server.close()
  })
})
