import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { MlflowClient } from '@claims/mlflow'
import {
  describeInstalled,
  startMlflow,
  startPython,
  type PythonProcess,
  type RunningMlflow,
} from '@claims/mlflow/testing'
import { writeBlueprint } from './installations.ts'
import { claims, ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'

for (const version of ['2.22.5', '3.17.0'] as const)
  describeInstalled(`the registry and its mirror at MLflow ${version}`, version, () => {
    let folder: Folder
    let server: RunningMlflow
    let mlflow: MlflowClient
    let python: PythonProcess
    const run = async (...args: readonly string[]): Promise<Ended> =>
      ended(
        startClaims(folder.path, args, {
          // A password shows nowhere.
          MLFLOW_TRACKING_URI: server.trackingUri.replace('//', '//ada:geheim@'),
          CLAIMS_MODEL_POLL_SECONDS: '0.3',
          // Nothing here is about how fast a busy machine is.
          CLAIMS_MIRROR_SECONDS: '100',
        }),
      )
    const train = async (out: string, seed: number): Promise<void> => {
      const how = ['--models', 'xgboost', '--folds', '2', '--seed', String(seed), '--out', out]
      await claims(
        folder.path,
        'train',
        '--blueprint',
        await writeBlueprint(folder),
        '--data',
        'claims.csv',
        ...how,
        '--register',
        'motor',
      )
    }
    const promote = async (reference: string): Promise<Ended> =>
      run('models', 'promote', reference, '--reason', 'besser für „Ada“', '--actor', 'ada')
    beforeAll(async () => {
      folder = await temporaryFolder()
      server = await startMlflow({ version })
      mlflow = new MlflowClient({ trackingUri: server.trackingUri })
      python = startPython(server.python)
      await claims(folder.path, 'generate', '--rows', '800', '--seed', '6', '--out', 'claims.csv')
      await train('one', 1)
      await train('two', 2)
    }, 600_000)
    afterAll(async () => {
      await python.stop()
      await server.stop()
      await folder[Symbol.asyncDispose]()
    })

    test('a promotion brings everything there, and Python loads it', async () => {
      const promoted = await promote('motor@1')
      expect([promoted.code, promoted.stderr]).toEqual([0, ''])
      const seen = await python.run(
        `
import mlflow
mlflow.set_tracking_uri(args['uri'])
client = mlflow.MlflowClient()
versions = client.search_model_versions("name='motor'")
champion = client.get_model_version_by_alias('motor', 'champion')
metrics = client.get_run(champion.run_id).data.metrics
booster = mlflow.xgboost.load_model('models:/motor@champion')
pyfunc = mlflow.pyfunc.load_model('models:/motor@champion')
answer = {'versions': len(versions), 'by': champion.tags['claims.champion_by'], 'reason': champion.tags['claims.champion_reason'],
          'auc': metrics['test.roc_auc'] > 0.5, 'features': booster.num_features() == len(pyfunc.metadata.signature.inputs.inputs),
          'flavors': sorted(pyfunc.metadata.flavors)}
`,
        { uri: server.trackingUri },
      )
      expect(seen).toEqual({
        ...{ versions: 2, by: 'ada', reason: 'besser für „Ada“', auc: true, features: true },
        flavors: ['claims', 'python_function', 'xgboost'],
      })
      expect(await run('mlflow', 'status')).toMatchObject({ code: 0, stdout: 'nothing waits for MLflow\n' })
    }, 400_000)

    test('a reference to it scores as the registry does', async () => {
      const score = async (model: string, out: string): Promise<Ended> =>
        run('score', '--model', model, '--data', 'claims.csv', '--out', out, '--reasons', '2')
      expect((await score('motor@champion', 'ours.csv')).code).toBe(0)
      const production = await score('models:/motor/Production', 'theirs.csv')
      expect(production.code).toBe(0)
      expect(production.stderr).toContain('the alias champion was taken in its place, version 1')
      expect(await readFile(folder.at('theirs.csv'))).toEqual(await readFile(folder.at('ours.csv')))
      const shown = await run('models', 'show', 'models:/motor/1', '--json')
      expect(JSON.parse(shown.stdout)).toMatchObject({
        ...{ source: 'mlflow', address: server.trackingUri, name: 'motor', version: '1', warnings: [] },
      })
      expect(shown.stdout + shown.stderr).not.toContain('geheim')
      expect(await run('evaluate', '--model', 'models:/motor@nobody', '--data', 'claims.csv')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('[unknown_alias]') as unknown,
      })
      expect(await ended(startClaims(folder.path, ['models', 'show', 'models:/motor/1']))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('MLFLOW_TRACKING_URI is not set') as unknown,
      })
    }, 400_000)

    test('an api follows the alias there, and says where its model is from', async () => {
      const serving = startClaims(
        folder.path,
        ['serve', '--model', 'models:/motor@champion', '--port', '0', '--json'],
        {
          ...{
            MLFLOW_TRACKING_URI: server.trackingUri,
            CLAIMS_MODEL_POLL_SECONDS: '0.3',
            LOG_LEVEL: 'silent',
          },
        },
      )
      const finished = ended(serving)
      try {
        const url = await new Promise<string>((resolve) => {
          let text = ''
          serving.stdout?.on('data', (chunk: Buffer) => {
            text += chunk.toString()
            const found = /"url": "([^"]+)"/.exec(text)?.[1]
            if (found !== undefined) resolve(found)
          })
        })
        const health = async (): Promise<{
          status: string
          dependencies: { model: Record<string, unknown> }
        }> => (await (await fetch(`${url}/health`)).json()) as never
        const until = async (version: string, status: string): Promise<Record<string, unknown>> => {
          for (;;) {
            const seen = await health()
            if (seen.dependencies.model['version'] === version && seen.status === status)
              return seen.dependencies.model
            await sleep(100)
          }
        }
        expect(await until('1', 'up')).toMatchObject({ name: 'motor' })
        expect((await health()).dependencies).toMatchObject({
          source: {
            ...{ kind: 'mlflow', address: server.trackingUri, reference: 'models:/motor@champion' },
            follows: true,
          },
        })
        expect((await promote('motor@2')).code).toBe(0)
        await until('2', 'up')
        await server.kill()
        expect(await until('2', 'degraded')).toMatchObject({ last_failure: 'tracking_unavailable' })
      } finally {
        serving.kill('SIGTERM')
        await finished
      }
    }, 400_000)

    test('a server that is away stops nothing, and gets everything once it is back', async () => {
      const rolled = await run('models', 'rollback', 'motor', '--reason', 'zu viele Prüfungen')
      expect(rolled.code).toBe(0)
      expect(rolled.stderr).toBe(
        'MLflow is away: 1 change of motor waits; claims mlflow reconcile sends it\n',
      )
      expect((await promote('motor@1')).stderr).toContain('2 changes of motor wait')
      expect((await run('mlflow', 'status')).stdout).toBe('motor: 2 of 6 changes wait\n')
      expect((await run('mlflow', 'reconcile')).code).toBe(3)
      await server.restart()
      expect((await run('mlflow', 'reconcile', '--dry-run')).code).toBe(1)
      const sent = await run('mlflow', 'reconcile')
      expect([sent.code, sent.stdout.split(' ')[0]]).toEqual([0, 'sent'])
      expect((await run('mlflow', 'reconcile', '--dry-run')).code).toBe(0)
      expect(
        (await mlflow.registeredModels.getVersionByAlias({ name: 'motor', alias: 'champion' })).version,
      ).toBe('1')
    }, 400_000)

    test('what others changed is found, and repaired where it is ours', async () => {
      await mlflow.registeredModels.setAlias({ name: 'motor', alias: 'champion', version: '2' })
      await mlflow.registeredModels.setAlias({ name: 'motor', alias: 'theirs', version: '1' })
      const dry = await run('mlflow', 'reconcile', 'motor', '--dry-run', '--json')
      expect(dry.code).toBe(1)
      expect(JSON.parse(dry.stdout)).toMatchObject({
        rows: [
          { subject: 'motor@champion', registry: '1', mlflow: '2', state: 'found' },
          { subject: 'motor@theirs', state: 'foreign' },
        ],
      })
      expect((await run('mlflow', 'reconcile')).stdout).toContain('repaired  alias')
      expect((await run('mlflow', 'reconcile', '--dry-run')).code).toBe(0)
      expect((await run('mlflow', 'reconcile', 'nobody')).code).toBe(2)
    }, 400_000)
  })
