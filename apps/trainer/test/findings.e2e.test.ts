import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ClaimsError, type DataWarning } from '@claims/contracts'
import { blueprints, findBlueprint } from '@claims/blueprints'
import { hintsOf, withOptions } from '../src/apply-options.ts'
import { moneyText } from '../src/describe-evaluation.ts'
import { describeWarnings } from '../src/describe-warnings.ts'
import { costs } from '../src/option-values.ts'
import { createOutput } from '../src/output.ts'
import { claims, ended, startClaims, temporaryFolder, type Folder } from './claims-command.ts'
import { approveOverride } from './approve-override.ts'
import { runInProcess } from './run-in-process.ts'

const warning = (more: Partial<DataWarning>): DataWarning => ({
  field: 'city',
  code: 'unseen_level',
  problem: 'holds values that training did not see',
  rows: 3,
  share: 0.03,
  examples: ['Köln'],
  severity: 'warning',
  ...more,
})

describe('findings of a file', () => {
  test('say field, problem, rows, share and examples', () => {
    expect(describeWarnings([warning({})])).toEqual([
      'warning           city: holds values that training did not see, in 3 rows (3.0 %), such as "Köln"',
    ])
    expect(describeWarnings([warning({ rows: 1, share: 1e-6, examples: [] })])).toEqual([
      'warning           city: holds values that training did not see, in 1 row (below 0.1 %)',
    ])
    expect(describeWarnings([warning({ rows: null, share: null, examples: [] })])).toEqual([
      'warning           city: holds values that training did not see',
    ])
  })

  test('loud ones come first, and what is too much is counted', () => {
    const quiet = Array.from({ length: 40 }, (_, i) => warning({ field: `quiet-${String(i)}`, rows: i }))
    const loud = [
      warning({ field: 'levels', share: 0.2, rows: 20 }),
      warning({ field: 'gone', code: 'absent_column', rows: null, share: null }),
      warning({ field: 'rejected', code: 'range', severity: 'error' }),
      warning({ field: 'day', code: 'ambiguous_data', rows: null, share: null }),
      warning({ field: 'many', share: 0.9, rows: 90 }),
    ]
    const lines = describeWarnings([...quiet, ...loud])
    expect(lines.slice(0, 5).map((line) => line.replace(/:.*/, ''))).toEqual([
      'WARNING           day',
      'WARNING           gone',
      'WARNING           many',
      'WARNING           levels',
      'WARNING           rejected',
    ])
    expect(lines).toHaveLength(21)
    expect(lines[5]).toMatch(/^warning +quiet-39/)
    expect(lines[20]).toMatch(/^ +and 25 more, see --json$/)
  })

  test('cannot move the cursor of a terminal, and long values are cut', () => {
    const [line] = describeWarnings([warning({ field: '\u001b[2Jcity\r\n', examples: ['x'.repeat(5000)] })])
    expect(line).not.toMatch(/[\u0000-\u001f]/) // eslint-disable-line no-control-regex -- what is looked for
    expect(line?.length).toBeLessThan(500)
  })
})

test('no name of a column begins another line or moves the cursor', () => {
  let written = ''
  const output = createOutput(
    { json: false, quiet: false },
    {
      stdout: { write: (more: string) => (written += more) },
      stderr: { write: (more: string) => (written += more) },
    },
  )
  output.line('guessed  x\npromotable  yes\u001b[2J: Größe')
  output.note('x\r\u2028y')
  expect(written).toBe('guessed  x\\x0apromotable  yes\\x1b[2J: Größe\nx\\x0d\\u2028y\n')
})

test('errors show at most 200 characters of a value', () => {
  const long = 'v'.repeat(10_000)
  const error = new ClaimsError('invalid_value', `The value "${long}" is wrong`, {
    problems: [
      { field: long, problem: `"${long}, ${long}" in row 3 \u001b[31m`, allowed: 'a, b', received: long },
    ],
  })
  for (const json of [true, false]) {
    let text = ''
    const stream = { write: (part: string) => (text += part) }
    createOutput({ json, quiet: false }, { stdout: stream, stderr: stream }).error(error, false)
    expect(text.length).toBeLessThan(1500)
    expect(text).toMatch(/invalid_value/)
    expect(text).toMatch(/a, b/)
    expect(text).not.toContain('\u001b')
  }
})

describe('options that say what a file leaves open', () => {
  const options = {
    headerRow: 3,
    encoding: 'windows-1252',
    decimal: 'comma',
    dates: 'dmy',
    negative: ['no', '2'],
    missingLabel: ['unknown'],
    costs: costs('false_negative=5000,review=80.5,currency=EUR'),
  } as const

  test('become hints', () => {
    expect(hintsOf({ label: 'y', ...options })).toEqual({
      label: 'y',
      ...options,
      costs: { currency: 'EUR', false_negative: 5000, manual_review: 80.5, false_positive: 0 },
    })
    expect(hintsOf({ label: 'y' })).toEqual({ label: 'y' })
  })

  test('costs without a currency name none', () => {
    expect(costs('false_negative=5000,review=80').currency).toBeNull()
    expect(moneyText(12_345.6, null)).toBe('12,346')
    expect(moneyText(12_345.6, 'EUR')).toBe('12,346 EUR')
  })

  test('go before what a blueprint says, and leave the rest', () => {
    const [name = ''] = blueprints.keys()
    const blueprint = findBlueprint(name)
    const changed = withOptions(blueprint, options)
    expect(changed.reading).toEqual({
      header_row: 3,
      encoding: 'windows-1252',
      decimal: 'comma',
      dates: 'dmy',
    })
    expect(changed.label).toMatchObject({ negative: ['no', '2'], missing: ['unknown'] })
    expect(changed.costs).toMatchObject({ currency: 'EUR' })
    expect(withOptions(blueprint, {})).toEqual(blueprint)
  })
})

describe('through the real program', () => {
  let folder: Folder
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  test('models show tells the newest version where none is champion', async () => {
    await claims(folder.path, 'generate', '--rows', '500', '--out', 'claims.csv')
    const train = ['train', '--blueprint', 'claims', '--data', 'claims.csv', '--folds', '2']
    const models = ['--models', 'logistic_regression', '--register', 'risk']
    for (const out of ['one', 'two'])
      expect((await claims(folder.path, ...train, ...models, '--out', out)).code).toBe(0)
    const shown = await claims(folder.path, 'models', 'show', 'risk')
    expect(shown.code).toBe(0)
    expect(shown.stdout).toMatch(/^risk@2,/)
    expect(shown.stdout).toMatch(/no version is champion/)
    const json = await claims(folder.path, 'models', 'show', 'risk', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ version: '2', champion: false })
    await approveOverride((...args) => runInProcess(folder.at('state'), ...args), folder, 'risk@1')
    const promote = ['models', 'promote', 'risk@1', '--reason', 'test', '--override']
    expect(await claims(folder.path, ...promote)).toMatchObject({ code: 0 })
    const champion = await claims(folder.path, 'models', 'show', 'risk')
    expect(champion.stdout).toMatch(/^risk@1,/)
    expect(champion.stdout).not.toMatch(/no version is champion/)
    expect((await claims(folder.path, 'models', 'show', 'rusk')).code).toBe(2)
  }, 180_000)

  test('state of an earlier place is named, and state is not looked for in the current directory', async () => {
    await mkdir(folder.at('work/.claims/registry'), { recursive: true })
    const environment = { CLAIMS_HOME: '', XDG_DATA_HOME: folder.at('data') }
    const ran = await ended(startClaims(folder.at('work'), ['models', 'list'], environment))
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain(`${folder.at('work/.claims')} holds state that is not used`)
    await writeFile(folder.at('work/config.json'), '{"CLAIMS_HOME": ".claims"}')
    const args = ['--config', 'config.json', 'models', 'list']
    expect((await ended(startClaims(folder.at('work'), args, environment))).stderr).toBe('')
  })

  test('mlflow replay names every run that waits', async () => {
    const server = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' }
    const train = ['train', '--blueprint', 'claims', '--data', 'claims.csv', '--folds', '2']
    for (const out of ['three', 'four']) {
      const args = [...train, '--models', 'logistic_regression', '--out', out]
      expect((await ended(startClaims(folder.path, args, server))).code).toBe(0)
    }
    const replay = await ended(startClaims(folder.path, ['mlflow', 'replay'], server))
    expect(replay.code).toBe(3)
    expect(replay.stdout.match(/ waiting/g)).toHaveLength(2)
    const json = await ended(startClaims(folder.path, ['mlflow', 'replay', '--json'], server))
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: {
        code: 'tracking_unavailable',
        problems: [
          { problem: expect.stringMatching(/operations wait/) },
          { problem: expect.stringMatching(/wait/) },
        ],
      },
    })
  }, 120_000)
})
