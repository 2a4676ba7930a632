import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { openStorage } from '@claims/api/storage'
import { describeInstalled, startObjectStore, type ObjectStore } from '@claims/mlflow/testing'
import { startPostgres, type RunningPostgres } from '@claims/servers/postgres'
import { ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'
import {
  writeBlueprint,
  exampleClaim,
  newInstallation,
  serveModel,
  trainSmall,
  until,
  type Installation,
  type Serving,
} from './installations.ts'

const change = ['--reason', 'a test', '--actor', 'ada']
let folder: Folder
let bundles: string[]
let postgres: RunningPostgres
let objects: ObjectStore
let served: Serving[]

beforeAll(async () => {
  folder = await temporaryFolder()
  bundles = [(await trainSmall(folder, 3)).bundle, (await trainSmall(folder, 4)).bundle]
}, 180_000)
afterAll(() => folder[Symbol.asyncDispose]())

describeInstalled('a registry that several processes use', '3.17.0', () => {
  beforeAll(async () => {
    ;[postgres, objects] = await Promise.all([startPostgres({ user: 'claims' }), startObjectStore()])
  }, 120_000)
  afterAll(async () => {
    await Promise.all([postgres.stop(), objects.stop()])
  })

  for (const kind of ['sqlite', 'postgres'] as const) declare(kind)
})

function declare(kind: 'sqlite' | 'postgres'): void {
  const title = kind === 'sqlite' ? 'a file of SQLite and a directory' : 'PostgreSQL and S3'
  let installation: Installation
  const run = async (...words: readonly string[]): Promise<Ended> =>
    await ended(startClaims(folder.path, words, installation.environment))
  const serve = async (model: string): Promise<Serving> => {
    const one = await serveModel(folder.path, ['--model', model], installation.environment)
    served.push(one)
    return one
  }
  beforeEach(async () => {
    served = []
    installation = await newInstallation(folder, kind === 'postgres' ? { postgres, objects } : undefined)
    const opened = await openStorage(installation.storage)
    for (const bundle of [...bundles, ...bundles]) await opened.registry.register('fraud', bundle)
    for (const version of ['1', '2'])
      await opened.registry.promote('fraud', version, { actor: 'ada', reason: 'a test' })
    await opened.close()
  }, 120_000)
  afterEach(async () => {
    for (const one of served) one.child.kill('SIGKILL')
    await installation.drop()
  })

  test(`${title}: rollback and promotion by a command are served in under 5 s by two apis, and no request is dropped`, async () => {
    const apis = [await serve('fraud'), await serve('fraud@champion')]
    expect(await Promise.all(apis.map((api) => api.version()))).toEqual(['2', '2'])
    const [first] = apis
    expect((await first?.health())?.dependencies.source).toMatchObject({
      ...{ kind: 'registry', status: 'up', reference: 'fraud', follows: true },
      database: {
        kind,
        place: expect.stringContaining(kind === 'sqlite' ? 'claims.sqlite' : 'postgres://claims@'),
      },
      artifacts: { kind: kind === 'sqlite' ? 'directory' : 's3' },
    })
    const tell = kind === 'sqlite' ? 'polling' : 'notification'
    await until(async () => (await first?.health())?.dependencies.source['noticed_by'] === tell)
    let running = true
    const answers = new Map<string, number>()
    const load = apis.map(async ({ url }) => {
      while (running) {
        const answer = await fetch(`${url}/api/v1/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(exampleClaim),
        })
        const { model_version: version } = (await answer.json()) as { model_version?: string }
        const key = `${String(answer.status)} of ${String(version)}`
        answers.set(key, (answers.get(key) ?? 0) + 1)
      }
    })
    const took: number[] = []
    for (const [words, version] of [
      [['rollback', 'fraud'], '1'],
      [['promote', 'fraud@3'], '3'],
      [['rollback', 'fraud', '--expected', '3'], '1'],
    ] as const) {
      const { code, stderr } = await run('models', ...words, ...change)
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')])
      took.push(
        await until(async () =>
          (await Promise.all(apis.map((api) => api.version()))).every((one) => one === version),
        ),
      )
    }
    running = false
    await Promise.all(load)
    expect([...answers.keys()].sort()).toEqual(['200 of 1', '200 of 2', '200 of 3'])
    expect(Math.max(...took)).toBeLessThan(20_000)
    process.stdout.write(
      `${title}: served ${took.map((ms) => ms.toFixed(0)).join(', ')} ms after the command ended; ${JSON.stringify([...answers])}\n`,
    )
    expect(await Promise.all(apis.map((api) => api.stop()))).toEqual([0, 0])
  }, 180_000)

  test(`${title}: two apis, a trainer that registers and one that promotes, all at once`, async () => {
    const apis = [await serve('fraud'), await serve('fraud@2')]
    const data = folder.at('claims-3.csv')
    const training = run(
      ...[
        'train',
        '--data',
        data,
        '--blueprint',
        await writeBlueprint(folder),
        '--out',
        folder.at(`out-${kind}`),
      ],
      ...['--register', 'fraud', '--folds', '2', '--models', 'logistic_regression'],
    )
    const promoted: (number | null)[] = []
    for (const version of ['3', '4', '1'])
      promoted.push((await run('models', 'promote', `fraud@${version}`, ...change)).code)
    const trained = await training
    expect([trained.stderr, trained.code]).toEqual([expect.any(String), 0])
    expect(trained.stdout).toMatch(/^registered +fraud@5$/m)
    expect(promoted).toEqual([0, 0, 0])
    await until(async () => (await apis[0]?.version()) === '1')
    // A version is pinned.
    expect(await apis[1]?.version()).toBe('2')
    expect((await run('models', 'history', 'fraud')).code).toBe(0)
    const listed = (await (await fetch(`${apis[1]?.url ?? ''}/api/v1/models`)).json()) as object
    expect(listed).toMatchObject({
      models: [{ name: 'fraud', versions: 5, aliases: { champion: '1' } }],
      damaged: [],
    })
  }, 180_000)
}
