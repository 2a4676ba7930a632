import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims as claimsBlueprint } from '@claims/blueprints'
import { openBundle } from '@claims/registry'
import { placedDirectory } from '@claims/xgboost'
import { approveOverride } from './approve-override.ts'
import { claims, ended, startClaims, temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

let folder: Folder
const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
const quick = ['--models', 'logistic_regression', '--folds', '2']

beforeAll(async () => {
  folder = await temporaryFolder()
  expect(
    await run('generate', '--rows', '500', '--seed', '4', '--out', folder.at('claims.csv'), '--quiet'),
  ).toEqual({ code: 0, stdout: '', stderr: '' })
  const trained = await run(
    'train',
    '--blueprint',
    'claims',
    '--data',
    folder.at('claims.csv'),
    '--out',
    folder.at('bundle'),
    '--register',
    'first',
    '--quiet',
    ...quick,
  )
  expect(trained).toEqual({ code: 0, stdout: '', stderr: '' })
}, 180_000)
afterAll(() => folder[Symbol.asyncDispose]())

/** The one document on standard output; throws where there is none, or more than one. */
function documentOf(ran: Pick<Ran, 'stdout'>): Record<string, unknown> {
  const document = JSON.parse(ran.stdout) as unknown
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new TypeError('no object')
  return { ...document }
}

describe('--json prints exactly one document', () => {
  test.each([
    ['generate', () => ['--rows', '20', '--out', folder.at('few.csv')], ['data', 'rows', 'probability']],
    [
      'init',
      () => [
        '--data',
        folder.at('claims.csv'),
        '--label',
        'is_high_risk',
        '--out',
        folder.at('json-blueprint.json'),
      ],
      ['blueprint', 'notes', 'leakage', 'excluded', 'warnings'],
    ],
    [
      'check',
      () => ['--data', folder.at('claims.csv'), '--blueprint', 'claims'],
      ['passed', 'rows', 'label_maturity', 'validation', 'leakage', 'leakage_reason', 'warnings'],
    ],
    [
      'train',
      () => [
        '--data',
        folder.at('claims.csv'),
        '--blueprint',
        'claims',
        '--out',
        folder.at('json-bundle'),
        ...quick,
      ],
      ['bundle', 'report', 'quarantine', 'registered', 'notes', 'warnings', 'evaluation'],
    ],
    [
      'score',
      () => ['--data', folder.at('claims.csv'), '--bundle', folder.at('bundle'), '--out', folder.at('s.csv')],
      ['rows', 'scored', 'rejected', 'high_risk', 'recorded', 'out', 'warnings'],
    ],
    [
      'evaluate',
      () => ['--data', folder.at('claims.csv'), '--bundle', folder.at('bundle')],
      [
        'format_version',
        'label',
        'positive',
        'rows',
        'seed',
        'split',
        'candidates',
        'selection',
        'learned',
        'measured_on',
        'test',
        'out_of_time',
        'out_of_time_reason',
        'external_test',
        'best_possible',
        'threshold',
        'decisions',
        'label_maturity',
        'cost',
        'leakage',
        'fairness',
        'explanations',
        'timings_seconds',
        'warnings',
        'data_warnings',
      ],
    ],
    ['doctor', () => [], ['healthy', 'findings', 'config']],
    ['models', () => ['list'], ['models', 'damaged']],
    ['models', () => ['history', 'first'], ['entries', 'approvals']],
  ] as const)('%s', async (command, args, keys) => {
    const ran = await run(command, ...args(), '--json')
    expect(ran.code).toBe(0)
    expect(Object.keys(documentOf(ran)).sort()).toEqual([...keys].sort())
  })

  test('models show', async () => {
    expect(documentOf(await run('models', 'show', 'first@1', '--json'))).toMatchObject({
      name: 'first',
      version: '1',
    })
  })

  test.each([
    ['wrong options', ['train', '--rows']],
    ['a required option that is absent', ['score', '--bundle', 'x']],
    ['a command that does not exist', ['trian']],
    ['a number that is none', ['generate', '--rows', 'many', '--out', 'x.csv']],
  ])('for %s too', async (_, args) => {
    const ran = await run(...args, '--json')
    expect(ran.code).toBe(2)
    expect(documentOf(ran)['error']).toMatchObject({ code: 'invalid_usage' })
  })
})

describe('--help', () => {
  const commands = [
    '',
    'demo',
    'test',
    'generate',
    'init',
    'check',
    'train',
    'score',
    'evaluate',
    'models',
    'models list',
    'models show',
    'models promote',
    'models rollback',
    'models history',
    'serve',
    'doctor',
  ]
  test.each(commands)('claims %s --help shows an example', async (command) => {
    const { code, stdout } = await run(...command.split(' ').filter((word) => word !== ''), '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Example:\\n  (\\./)?claims ${command}`))
  })
})

describe('exit codes through the real program', () => {
  test('0, 1 and 2', async () => {
    expect((await claims(folder.path, 'check', '--data', 'claims.csv', '--blueprint', 'claims')).code).toBe(0)
    const text = await readFile(folder.at('claims.csv'), 'utf8')
    const [header = '', ...lines] = text.trim().split('\n')
    await writeFile(folder.at('repeated.csv'), [header, ...lines, ...lines.slice(0, 100)].join('\n'))
    const failed = await claims(folder.path, 'check', '--data', 'repeated.csv', '--blueprint', 'claims')
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(
      /^gate +key claim_id repeats in 16\.7 % of rows, at most 1 % \(quality\.maximum_duplicate_share\)$/m,
    )
    expect(failed.stdout).toMatch(/^passed +no$/m)
    const absent = await claims(folder.path, 'train', '--blueprint', 'claims', '--data', 'absent.csv')
    expect(absent).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('There is no file absent.csv [file_not_found]'),
    })
  })

  test('3 where a library is absent', async () => {
    process.env['XGBOOST_LIBRARY'] = folder.at('no-such-library.so')
    try {
      const ran = await run(
        'train',
        '--json',
        '--blueprint',
        'claims',
        '--data',
        folder.at('claims.csv'),
        '--models',
        'xgboost',
        '--out',
        folder.at('no-library'),
      )
      expect(ran.code).toBe(3)
      expect(documentOf(ran)['error']).toMatchObject({ code: 'library_unavailable' })
      expect((await run('doctor', '--quiet')).code).toBe(1)
    } finally {
      delete process.env['XGBOOST_LIBRARY']
    }
  })
})

test('doctor says which library it passed over', async () => {
  await using home = await temporaryFolder()
  const placed = home.at(relative(homedir(), placedDirectory()))
  await mkdir(placed, { recursive: true })
  await writeFile(join(placed, process.platform === 'darwin' ? 'libxgboost.dylib' : 'libxgboost.so'), 'text')
  const shown = await claims(home.path, 'doctor')
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok {3}xgboost/m) })
  expect(shown.stdout).toMatch(/^ {16}passed over .*xgboost-library.*\(placed\)$/m)
  const document = JSON.parse((await claims(home.path, 'doctor', '--json')).stdout) as unknown
  expect(document).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ name: 'xgboost', notes: [expect.stringContaining(placed)] }),
    ]),
  })
})

describe('the registry', () => {
  test('promote, refuse, override, roll back, history', async () => {
    const strict = {
      ...claimsBlueprint,
      selection: { ...claimsBlueprint.selection, constraints: { min_roc_auc: 0.999 } },
    }
    const loose = { ...claimsBlueprint, selection: { ...claimsBlueprint.selection, constraints: {} } }
    const register = async (blueprint: object): Promise<Ran> => {
      await writeFile(folder.at('blueprint.json'), JSON.stringify(blueprint))
      return run(
        'train',
        '--blueprint',
        folder.at('blueprint.json'),
        '--data',
        folder.at('claims.csv'),
        '--out',
        folder.at('versions'),
        '--register',
        'fraud',
        '--json',
        ...quick,
      )
    }
    expect(documentOf(await register(loose))).toMatchObject({ registered: { name: 'fraud', version: '1' } })
    expect(documentOf(await register(strict))).toMatchObject({ registered: { name: 'fraud', version: '2' } })
    const promote = (model: string, ...more: readonly string[]): Promise<Ran> =>
      run('models', 'promote', model, '--reason', 'a test', '--actor', 'tester', '--json', ...more)

    expect((await promote('fraud')).code).toBe(2)
    expect((await promote('fraud@1')).code).toBe(0)
    const refused = await promote('fraud@2')
    expect(refused.code).toBe(1)
    expect(documentOf(refused)['error']).toMatchObject({ code: 'promotion_refused' })
    expect(documentOf(await run('models', 'show', 'fraud@champion', '--json'))).toMatchObject({
      version: '1',
    })
    expect(documentOf(await promote('fraud@2', '--override'))['error']).toMatchObject({
      code: 'promotion_refused',
      problems: [{ field: 'roc_auc on test' }, { field: 'override' }],
    })
    await approveOverride(run, folder, 'fraud@2')
    expect(await promote('fraud@2', '--override', '--expected', '2')).toMatchObject({ code: 1 })
    expect((await promote('fraud@2', '--override', '--expected', '1')).code).toBe(0)
    expect(documentOf(await run('models', 'show', 'fraud', '--json'))).toMatchObject({ version: '2' })
    const rollback = (): ReturnType<typeof run> =>
      run('models', 'rollback', 'fraud', '--reason', 'too many reviews', '--expected', '2')
    expect((await rollback()).stdout).toBe('fraud@1 is champion again\n')
    expect(await rollback()).toMatchObject({ code: 1, stderr: expect.stringContaining('alias_conflict') })
    const { entries } = documentOf(await run('models', 'history', 'fraud', '--json')) as {
      entries: { action: string; version: string; actor: string; override: boolean }[]
    }
    expect(entries.map(({ action, version, actor, override }) => [action, version, actor, override])).toEqual(
      [
        ['register', '1', userInfo().username, false],
        ['register', '2', userInfo().username, false],
        ['promote', '1', 'tester', false],
        ['promote_refused', '2', 'tester', false],
        ['promote_refused', '2', 'tester', false],
        ['approve', '2', 'grace', false],
        ['promote', '2', 'tester', true],
        ['rollback', '1', userInfo().username, false],
      ],
    )
    const scored = await run(
      'score',
      '--model',
      'fraud',
      '--data',
      folder.at('claims.csv'),
      '--out',
      folder.at('champion.csv'),
      '--json',
    )
    expect(documentOf(scored)).toMatchObject({ rows: 500, scored: 500, rejected: 0 })
    expect((await run('models', 'list')).stdout).toContain(
      'fraud: 2 versions, latest 2, champion -> 1 (Production 1)\n',
    )
  })
})

describe('train', () => {
  test('takes the blueprint that init wrote', async () => {
    const out = folder.at('inferred.json')
    const init = await run(
      'init',
      '--data',
      folder.at('claims.csv'),
      '--label',
      'is_high_risk',
      '--id',
      'claim_id',
      '--time',
      'claim_date',
      '--entity',
      'customer_id',
      '--out',
      out,
    )
    expect(init.code).toBe(0)
    expect(init.stdout).toMatch(/^guessed +customer_id: entity/m)
    const trained = await run(
      'train',
      '--blueprint',
      out,
      '--data',
      folder.at('claims.csv'),
      '--out',
      folder.at('from-init'),
      '--json',
      ...quick,
    )
    expect(trained.code).toBe(0)
    expect(documentOf(trained)).toMatchObject({ evaluation: { split: { kind: 'grouped' }, rows: 500 } })
  })

  test('prints what a person wants to know first', async () => {
    await run('generate', '--rows', '300', '--seed', '5', '--out', folder.at('later.csv'), '--quiet')
    const { code, stdout } = await run(
      'train',
      '--blueprint',
      'claims',
      '--data',
      folder.at('claims.csv'),
      '--test',
      folder.at('later.csv'),
      '--out',
      folder.at('printed'),
      ...quick,
    )
    expect(code).toBe(0)
    for (const line of [
      /^model +logistic_regression$/m,
      /^cross-validated +AUC 0\.\d{3} \(95 % interval 0\.\d{3} to [01]\.\d{3}\), 2 folds$/m,
      /^test +AUC/m,
      /^out of time +AUC/m,
      /^external test +AUC/m,
      /^threshold/m,
      /^cost +[\d,]+ USD on the test rows; ([\d,]+ USD (less|more) than|as much as) to /m,
      /^report +.*report\.html$/m,
    ]) {
      expect(stdout).toMatch(line)
    }
  })

  test('two runs differ in recorded times and nowhere else', async () => {
    const make = async (name: string): Promise<Record<string, unknown>> => {
      const out = folder.at(name)
      expect(
        (
          await run(
            'train',
            '--blueprint',
            'claims',
            '--data',
            folder.at('claims.csv'),
            '--out',
            out,
            '--quiet',
          )
        ).code,
      ).toBe(0)
      return comparable(out)
    }
    const first = await make('twice-1')
    expect(Object.keys(first)).toContain('model-card.md')
    expect(await make('twice-2')).toEqual(first)
  })

  test('Ctrl-C ends with 130, keeps the earlier bundle and leaves nothing half-written', async () => {
    const before = await comparable(folder.at('bundle'))
    await claims(folder.path, 'generate', '--rows', '6000', '--out', 'many.csv')
    const names = await folder.names()
    const child = startClaims(folder.path, [
      'train',
      '--blueprint',
      'claims',
      '--data',
      'many.csv',
      '--out',
      'bundle',
    ])
    child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300))
    const { code, stderr, stdout } = await ended(child)
    expect(code).toBe(130)
    expect(stderr).toMatch(/\[aborted\]/)
    expect(stdout).toBe('')
    expect(await folder.names()).toEqual(names)
    expect(await comparable(folder.at('bundle'))).toEqual(before)
  })
})

/** What a bundle holds, without the moments and durations that it records. */
async function comparable(directory: string): Promise<Record<string, unknown>> {
  const bundle = await openBundle(directory)
  const content: Record<string, unknown> = {}
  for (const name of Object.keys(bundle.manifest.files)) {
    if (name !== 'evaluation.json' && name !== 'report.html' && name !== 'model-card.md')
      content[name] = (await readFile(join(directory, name))).toString('base64')
  }
  const { created_at: createdAt, files, ...facts } = bundle.manifest
  const evaluation = (await bundle.readJson('evaluation.json')) as {
    candidates: { fit_seconds: number }[]
    timings_seconds: Record<string, number>
  }
  content['manifest.json'] = { ...facts, files: Object.keys(files) }
  content['evaluation.json'] = {
    ...evaluation,
    timings_seconds: Object.keys(evaluation.timings_seconds),
    candidates: evaluation.candidates.map((candidate) => ({ ...candidate, fit_seconds: null })),
  }
  for (const name of ['report.html', 'model-card.md']) {
    // The moment of the run and the cells that hold a duration.
    content[name] = (await readFile(join(directory, name), 'utf8'))
      .replaceAll(createdAt, 'T')
      .replaceAll(createdAt.slice(0, 16).replace('T', ' '), 'T')
      .replaceAll(createdAt.slice(0, 10), 'D')
      .replaceAll(/>[\d.,]+ (ms|s|min)</g, '>duration<')
  }
  return content
}
