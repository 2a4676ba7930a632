import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  documentKinds,
  exportDocument,
  renderMarkdown,
  type DocumentKind,
  type GovernanceDocument,
} from '@claims/governance'
import { frozenBundle, frozenBundles, temporarySources, type TestSources } from './sources.ts'

const clock = { now: () => new Date('2026-11-29T12:00:00Z') }
let sources: TestSources

beforeAll(async () => {
  sources = await temporarySources()
  const { registry } = sources
  for (const name of frozenBundles)
    await registry.register('fraud', frozenBundle(name), { actor: 'ada', notes: `of ${name}` })
  await registry.setAlias('fraud', 'challenger', { actor: 'bob', reason: 'to compare', version: '2' })
})
afterAll(() => sources.remove())

const about = async (kind: DocumentKind, model?: string): Promise<GovernanceDocument> =>
  await exportDocument(sources, { kind, model, clock })

describe('what a document says', () => {
  const kinds = ['model-card', 'data-sheet', 'validation-summary'] as const
  const cases = kinds.flatMap((kind) => frozenBundles.map((name, i) => [kind, name, String(i + 1)] as const))

  test.each(cases)(
    '%s of bundle %s: every record that it names holds something',
    async (kind, name, version) => {
      const document = await about(kind, `fraud@${version}`)
      const records = document.sections.flatMap(({ facts = [], table }) => [
        ...facts.flatMap((each) => (each.value === null ? [] : [each.record])),
        ...(table?.rows.map(({ record }) => record) ?? []),
      ])
      const inFiles = records.flatMap((record) => {
        const [, file, fields] = /^bundle [0-9a-f]{12}: (\S+\.json) (.+)$/.exec(record) ?? []
        if (file === undefined || fields === undefined) return []
        return fields.split(', ').map((field) => ({ file, field }))
      })
      expect(inFiles.length).toBeGreaterThan(10)
      const files = new Map<string, unknown>()
      for (const { file } of inFiles)
        if (!files.has(file))
          files.set(file, JSON.parse(await readFile(join(frozenBundle(name), file), 'utf8')))
      const absent = inFiles.filter(({ file, field }) => valueAt(files.get(file), field) === undefined)
      expect(absent).toEqual([])
      for (const record of records) expect(record).toMatch(/^(bundle [0-9a-f]{12}: |history of fraud, )/)
    },
  )

  test('the figures of a table are those of the evaluation', async () => {
    const { sections } = await about('model-card', 'fraud@4')
    const table = sections.find(({ title }) => title === 'Performance')?.table
    const path = join(frozenBundle('3-decisions'), 'evaluation.json')
    const evaluation: unknown = JSON.parse(await readFile(path, 'utf8'))
    expect(table?.rows.length).toBeGreaterThanOrEqual(15)
    for (const { cells, record } of table?.rows ?? []) {
      const [, , value, lower, upper] = cells
      expect({ value, lower, upper }).toEqual(valueAt(evaluation, record.split('.json ')[1] ?? ''))
    }
  })

  test('what no record holds is counted, and shown as missing', async () => {
    const document = await about('model-card', 'fraud@1')
    const facts = document.sections.flatMap(({ facts: some = [] }) => some)
    const card = renderMarkdown(document)
    expect(facts.find(({ label }) => label === 'Product')).toEqual({
      ...{ label: 'Product', value: null, missing: 'a training by the command line' },
    })
    expect(document.missing).toBe(card.split('**missing**').length - 2)
    expect(card).toContain(`${String(document.missing)} fields are missing and shown as **missing**.`)
  })
})

describe('the change log', () => {
  test('has every line with its hash, which the next one names', async () => {
    const { sections } = await about('change-log', 'fraud')
    const rows = sections[0]?.table?.rows ?? []
    const lines = await sources.ledger.read('fraud')
    expect(rows).toHaveLength(5)
    rows.slice(0, -1).forEach(({ cells }, i) => {
      const next = JSON.parse(lines[i + 1] ?? '') as { previous_sha256: string }
      expect(cells.at(-1)).toBe(next.previous_sha256)
    })
    expect(rows[4]?.cells.slice(1, 8)).toEqual([
      'bob',
      'set_alias',
      '2',
      'challenger',
      '–',
      'to compare',
      'no',
    ])
  })

  test('of a period has the lines of that period', async () => {
    const period = { from: '2026-01-07T00:00:00.000Z', to: '2026-01-09T00:00:00.000Z' }
    const document = await exportDocument(sources, { kind: 'change-log', model: 'fraud', clock, ...period })
    expect(document.sections[0]?.table?.rows.map(({ cells }) => cells[0])).toEqual([
      '2026-01-07T08:00:00.000Z',
      '2026-01-08T08:00:00.000Z',
    ])
    expect(document.statement).toMatch(/^2 of 5 lines/)
  })

  test.each(['change-log', 'log-extract', 'model-inventory'] as const)(
    'of a period that ends before it begins is refused: %s',
    async (kind) => {
      for (const to of ['2026-11-01', '2026-12-01T00:00:00Z'])
        await expect(
          exportDocument(sources, { kind, model: 'fraud', clock, from: '2026-12-01', to }),
        ).rejects.toMatchObject({
          ...{
            code: 'invalid_parameter',
            problems: [expect.objectContaining({ field: 'to', received: to })],
          },
        })
    },
  )
})

describe('the inventory', () => {
  test('counts what happened to each model in the period, and names one that cannot be read', async () => {
    const other = await temporarySources()
    await other.registry.register('motor', frozenBundle('2-logistic'))
    await other.registry.register('broken', frozenBundle('2-logistic'))
    await appendFile(join(other.root, 'broken', 'history.jsonl'), '{"action":"register"}\n')
    const document = await exportDocument(other, { kind: 'model-inventory', clock })
    const [quantities] = document.sections
    expect(quantities?.facts?.find(({ label }) => label === 'Model broken')).toMatchObject({
      ...{ value: null, missing: expect.stringContaining('[damaged_bundle]') },
    })
    expect(quantities?.table?.rows.map(({ cells }) => cells)).toEqual([['motor', 1, 1, 0, 0, 0, null]])
    expect(document.sections.map(({ title }) => title)).toContain('Exhibit D: data of motor@1')
    await other.remove()
  })

  test('of an empty registry says so', async () => {
    const other = await temporarySources()
    const document = await exportDocument(other, { kind: 'model-inventory', clock })
    expect(document.subject).toBe('0 models, changes of all time')
    expect(renderMarkdown(document)).toContain('None.')
    await other.remove()
  })
})

describe('a document that cannot be made', () => {
  test.each([
    ['invalid_parameter', 'model-card', undefined],
    ['unknown_model', 'model-card', 'nothing'],
    ['unknown_model', 'model-inventory', 'nothing'],
    ['unknown_version', 'data-sheet', 'fraud@9'],
    ['unknown_alias', 'validation-summary', 'fraud'],
    ['unknown_model', 'change-log', 'nothing@3'],
    ['invalid_parameter', 'adverse-action', undefined],
  ] as const)('%s: %s of %s', async (code, kind, model) => {
    await expect(about(kind, model)).rejects.toMatchObject({ code })
  })
})

test('the same facts give the same bytes, in every kind of document', async () => {
  const model = 'fraud@4'
  for (const kind of documentKinds) {
    if (kind === 'adverse-action') continue
    expect(renderMarkdown(await about(kind, model))).toBe(renderMarkdown(await about(kind, model)))
  }
})

/** The value at a path such as `data.rows` or `fairness[0]`. */
function valueAt(json: unknown, path: string): unknown {
  let value = json
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== ''))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return value
}
