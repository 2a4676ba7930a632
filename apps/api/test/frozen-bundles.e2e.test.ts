import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry } from '@claims/registry'
import { startApi, type RunningApi } from '../src/index.ts'

const folder = join(import.meta.dirname, '../../../packages/pipeline/test/bundles')
const entries = await readdir(folder, { withFileTypes: true })
const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)

type Cells = Readonly<Record<string, string>>

/** Rows of a file; no cell of the frozen ones holds a line break. */
async function rowsOf(path: string): Promise<Cells[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const separator = /^[^,]*;/.test(lines[0] ?? '') ? ';' : ','
  const cell = new RegExp(`("(?:[^"]|"")*"|[^${separator}]*)(?:${separator}|$)`, 'g')
  const [header = [], ...rest] = lines.map((line) =>
    [...line.matchAll(cell)].map(([, text = '']) =>
      text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text,
    ),
  )
  return rest.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])))
}

describe.each(names)('the frozen bundle %s over HTTP', (name) => {
  let api: RunningApi
  let scratch: string
  let claims: Record<string, string | null>[]
  let expected: Cells[]

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'claims-frozen-'))
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    }
    api = await startApi({
      ...{
        bundle: join(folder, name, 'bundle'),
        registry: new DirectoryModelRegistry(join(scratch, 'registry')),
      },
      ...{ port: 0, logger, noticeMilliseconds: 0 },
    })
    expected = await rowsOf(join(folder, name, 'expected-scores.csv'))
    const current = (await (await fetch(`${api.url}/api/v1/models/current`)).json()) as {
      input_schema: { properties: Record<string, unknown> }
    }
    const known = Object.keys(current.input_schema.properties)
    claims = (await rowsOf(join(folder, name, 'to-score.csv'))).map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([column]) => known.includes(column))
          .map(([column, cell]) => [column, cell === '' ? null : cell]),
      ),
    )
  })
  afterAll(async () => {
    await api.close()
    await rm(scratch, { recursive: true, force: true })
  })

  const post = async (path: string, body: string): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`${api.url}${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    })
    return { status: response.status, json: await response.json() }
  }

  test('each claim alone has the score that its writer gave it, to the bit, or is refused as it was', async () => {
    for (const [i, claim] of claims.entries()) {
      const row = expected[i] ?? {}
      const answer = await post('/api/v1/predict', JSON.stringify(claim))
      if (row['error'] !== '') {
        expect([i, answer]).toMatchObject([i, { status: 422, json: { code: 'invalid_claim' } }])
        continue
      }
      expect([i, answer]).toMatchObject([
        i,
        {
          status: 200,
          json: {
            high_risk_probability: Number(row['high_risk_probability']),
            risk_level: row['risk_level'],
            risk_band: row['risk_band'],
            decision: row['decision'],
          },
        },
      ])
    }
  })

  test('and in a large body, on the thread for those', async () => {
    const answer = await post('/api/v1/predict/batch', JSON.stringify(claims) + ' '.repeat(150_000))
    expect(answer.status).toBe(200)
    const { results } = answer.json as { results: { high_risk_probability?: number }[] }
    expect(results.map((result) => String(result.high_risk_probability ?? ''))).toEqual(
      expected.map((row) => row['high_risk_probability']),
    )
  })

  test('its description is made, with an example that it scores', async () => {
    const description = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      paths: Record<string, { post: { requestBody: { content: Record<string, { example: unknown }> } } }>
    }
    const example =
      description.paths['/api/v1/predict']?.post.requestBody.content['application/json']?.example
    expect(await post('/api/v1/predict', JSON.stringify(example))).toMatchObject({ status: 200 })
  })
})
