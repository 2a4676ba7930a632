import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStorage, storageOf } from '@claims/api/storage'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { trainSmall } from './installations.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

describe('claims models export', () => {
  let folder: Folder
  let data: string
  const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
  beforeAll(async () => {
    folder = await temporaryFolder()
    const trained = await trainSmall(folder, 3)
    data = trained.data
    const settings = { DATABASE_URL: undefined, ARTIFACTS_URI: undefined, CLAIMS_PLAINTEXT_HOSTS: [] }
    const storage = storageOf({ ...settings, CLAIMS_ENVIRONMENT: 'test' }, folder.at('state'))
    const opened = await openStorage(storage)
    await opened.registry.register('fraud', trained.bundle, { actor: 'ada' })
    await opened.registry.promote('fraud', '1', { actor: 'bob', reason: 'the first' })
    await opened.close()
  }, 180_000)
  afterAll(() => folder[Symbol.asyncDispose]())

  test('prints a document, or answers it whole', async () => {
    const printed = await run('models', 'export', 'fraud', '--format', 'model-card')
    expect([printed.code, printed.stderr]).toEqual([0, ''])
    expect(printed.stdout).toMatch(/^# Model card: fraud\n/)
    const { code, stdout } = await run('models', 'export', '--format', 'model-inventory', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { kind: 'model-inventory', format_version: 1 }])
  })

  test('writes Markdown or JSON by the name of the file, and says what is missing', async () => {
    const markdown = await run(
      'models',
      'export',
      'fraud',
      '--format',
      'change-log',
      '--out',
      folder.at('log.md'),
    )
    expect(markdown.stdout).toBe(`change-log          ${folder.at('log.md')}: no field is missing\n`)
    expect(await readFile(folder.at('log.md'), 'utf8')).toContain('promote')
    const json = await run(
      'models',
      'export',
      'fraud',
      '--format',
      'basel-pack',
      '--out',
      folder.at('pack.json'),
    )
    expect(json.stdout).toMatch(/: \d+ fields are missing, and shown as missing\n$/)
    const pack: unknown = JSON.parse(await readFile(folder.at('pack.json'), 'utf8'))
    expect(pack).toMatchObject({ kind: 'basel-pack', subject: 'fraud@1' })
  })

  test('drafts a notice about a recorded prediction, and none where nothing was decided against a person', async () => {
    const scores = folder.at('scores.csv')
    const score = ['score', '--model', 'fraud', '--data', data, '--out', scores, '--reasons', '3', '--record']
    expect((await run(...score)).code).toBe(0)
    const rows = (await readFile(scores, 'utf8')).trim().split('\n').slice(1)
    const idOf = (decision: string): string =>
      rows
        .find((row) => row.includes(`,${decision},`))
        ?.split(',')
        .at(-1) ?? ''
    const notice = ['models', 'export', '--format', 'adverse-action', '--prediction']
    expect(await run(...notice, idOf('manual_review'))).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('Principal reasons') },
    })
    expect(await run(...notice, idOf('auto_approve'))).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('no decision against the person') },
    })
    const extract = await run('models', 'export', '--format', 'log-extract', '--from', '2020-01-01')
    expect(extract.stdout).toContain(`| Predictions in the period | ${rows.length.toLocaleString('en')} |`)
    expect((await run('predictions', 'reindex')).code).toBe(0)
  }, 60_000)

  test.each([
    ['invalid_parameter', ['--format', 'model-card']],
    ['unknown_model', ['nothing', '--format', 'model-card']],
    ['invalid_usage', ['fraud', '--format', 'novel']],
    ['invalid_usage', ['fraud']],
  ])('%s: %j', async (code, args) => {
    const ran = await run('models', 'export', ...args)
    expect(ran.code).toBe(2)
    if (code !== 'invalid_usage') expect(ran.stderr).toContain(`[${code}]`)
  })
})
