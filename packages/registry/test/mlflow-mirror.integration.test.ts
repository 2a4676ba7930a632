import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { exampleBundle } from '@claims/contracts/example'
import type { MlflowClient } from '@claims/mlflow'
import { describeServers, startPython, type PythonProcess } from '@claims/mlflow/testing'
import { mirrorModel, reconcileModel } from '../src/index.ts'
import { ada, freshName, installation, tagsOf, type Installation } from './mlflow-installation.ts'

const aliasesOf = async (mlflow: MlflowClient, name: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await mlflow.registeredModels.get({ name })).aliases.map(({ alias, version }) => [alias, version]),
  )

describeServers('the mirror at MLflow', (server, mlflowVersion) => {
  let here: Installation
  let python: PythonProcess
  beforeAll(async () => {
    here = await installation(server().trackingUri)
    python = startPython(server().python)
  })
  afterAll(async () => {
    await python.stop()
    await here[Symbol.asyncDispose]()
  })

  test('has versions, bundle, aliases and who moved them, and sends nothing twice', async () => {
    const name = freshName()
    await here.register(name, 1, 2)
    await here.registry.promote(name, '1', ada)
    await here.registry.promote(name, '2', { actor: 'grace', reason: 'zu viele Prüfungen 🚗 "laut" Ada' })
    await here.registry.setAlias(name, 'challenger', { ...ada, version: '1' })
    const sent = await mirrorModel(here.parts, name)
    expect(sent).toMatchObject({ entries: 5, position: 5, notes: [] })
    expect(sent.rows.every(({ state }) => state === 'sent')).toBe(true)
    expect(await aliasesOf(here.mlflow, name)).toEqual({ champion: '2', challenger: '1' })
    const history = await here.registry.history(name)
    const model = tagsOf(await here.mlflow.registeredModels.get({ name }))
    expect(model).toMatchObject({ 'claims.model': name, 'claims.history_position': '5' })
    expect(model['claims.history_sha256']).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.parse(model['claims.alias.champion'] ?? '')).toEqual({
      ...{ version: '2', action: 'promote', by: 'grace', at: history[3]?.time, override: false, position: 4 },
      ...{ reason: 'zu viele Prüfungen 🚗 "laut" Ada', sha256: history[4]?.previous_sha256 },
    })
    const second = await here.mlflow.modelVersions.get({ name, version: '2' })
    expect(tagsOf(second)).toMatchObject({
      'claims.version': '2',
      'claims.manifest_sha256': exampleBundle({ seed: 2 }).manifestSha256,
      'claims.registered_by': 'ada',
      'claims.notes': 'seed 2',
      'claims.history_position': '2',
      'claims.history_sha256': history[2]?.previous_sha256,
      'claims.champion_by': 'grace',
      'claims.champion_position': '4',
    })
    const { data } = await here.mlflow.runs.get({ runId: second.runId })
    expect(data.metrics.find(({ key }) => key === 'test.roc_auc')?.value).toBe(0.8)

    const again = await mirrorModel(here.parts, name)
    expect(again.rows).toEqual([])
    expect(await reconcileModel(here.parts, name, { dryRun: true })).toMatchObject({ rows: [], position: 5 })
  }, 60_000)

  test('is what a reference opens, and what Python finds', async () => {
    const name = freshName()
    await here.register(name, 3)
    await here.registry.promote(name, '1', ada)
    await mirrorModel(here.parts, name)
    const found = await here.models.resolve(`models:/${name}@champion`)
    expect(found).toMatchObject({
      name,
      version: '1',
      warnings: [],
      notes: [],
      address: server().trackingUri,
    })
    const bundle = await found.open()
    expect(await bundle.readJson('model/weights.json')).toEqual({ seed: 3, weights: [3 / 7, 2] })
    const seen = await python.run(
      `
import mlflow, hashlib, os
mlflow.set_tracking_uri(args['uri'])
client = mlflow.MlflowClient()
version = client.get_model_version_by_alias(args['name'], 'champion')
folder = mlflow.artifacts.download_artifacts(f"models:/{args['name']}@champion")
info = mlflow.models.get_model_info(f"models:/{args['name']}@champion")
with open(os.path.join(folder, info.flavors['claims']['bundle'], 'manifest.json'), 'rb') as file:
    digest = hashlib.sha256(file.read()).hexdigest()
answer = {'version': str(version.version), 'tag': version.tags['claims.manifest_sha256'], 'digest': digest,
          'metric': client.get_run(version.run_id).data.metrics['test.roc_auc']}
`,
      { uri: server().trackingUri, name },
    )
    const { manifestSha256 } = exampleBundle({ seed: 3 })
    expect(seen).toEqual({ version: '1', tag: manifestSha256, digest: manifestSha256, metric: 0.8 })
  }, 60_000)

  test('keeps the numbers of others apart from ours', async () => {
    const name = freshName()
    await here.register(name, 4)
    await mirrorModel(here.parts, name)
    await python.run(
      `
import mlflow
mlflow.set_tracking_uri(args['uri'])
class Constant(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input
with mlflow.start_run():
    mlflow.pyfunc.log_model(artifact_path='model', python_model=Constant(), registered_model_name=args['name'], pip_requirements=[])
answer = None
`,
      { uri: server().trackingUri, name },
    )
    await here.register(name, 5)
    await here.registry.promote(name, '2', ada)
    await mirrorModel(here.parts, name)
    expect(await aliasesOf(here.mlflow, name)).toEqual({ champion: '3' })
    expect(tagsOf(await here.mlflow.modelVersions.get({ name, version: '3' }))['claims.version']).toBe('2')
    const { rows } = await reconcileModel(here.parts, name)
    expect(rows).toMatchObject([
      { what: 'version', subject: `${name}, MLflow's version 2`, state: 'foreign' },
    ])
    await expect(here.models.resolve(`models:/${name}/2`)).rejects.toMatchObject({
      code: 'unsupported_format',
      problems: [{ problem: 'is no bundle of this product: it has the flavours python_function' }],
    })
  }, 90_000)

  test('says what it cuts of long and odd texts', async () => {
    const name = freshName()
    const reason = `${'"\\'.repeat(4000)}\u0001 𝄞 end`
    await here.registry.register(name, exampleBundle({ seed: 6 }), { actor: 'ada', notes: 'n'.repeat(9000) })
    await here.registry.promote(name, '1', { actor: 'ada', reason })
    const { notes, position } = await mirrorModel(here.parts, name)
    expect(position).toBe(2)
    expect(notes.join('\n')).toContain(
      'the notes of entry 1 has 9,000 characters, of which 4,999 are mirrored',
    )
    expect(notes.join('\n')).toContain('the tag of alias champion: the reason of entry 2')
    const tag = tagsOf(await here.mlflow.registeredModels.get({ name }))['claims.alias.champion'] ?? ''
    expect(JSON.parse(tag)).toMatchObject({ by: 'ada', position: 2 })
    expect((await reconcileModel(here.parts, name, { dryRun: true })).rows).toEqual([])
  }, 60_000)

  test('two at once leave one version each', async () => {
    const name = freshName()
    await here.register(name, 7, 8)
    await here.registry.promote(name, '2', ada)
    await Promise.all([
      mirrorModel(here.parts, name),
      mirrorModel(here.parts, name),
      mirrorModel(here.parts, name),
    ])
    await mirrorModel(here.parts, name)
    const { rows } = await reconcileModel(here.parts, name, { dryRun: true })
    expect(rows).toEqual([])
    const champion = (await aliasesOf(here.mlflow, name))['champion'] ?? ''
    const version = await here.mlflow.modelVersions.get({ name, version: champion })
    expect(tagsOf(version)['claims.version']).toBe('2')
  }, 90_000)

  test('a history that does nothing to versions and aliases moves the position alone', async () => {
    expect(mlflowVersion).toMatch(/^\d/)
    const name = freshName()
    await here.register(name, 9)
    await here.registry.setAlias(name, 'shadow', { ...ada, version: '1' })
    await mirrorModel(here.parts, name)
    await here.registry.setAlias(name, 'shadow', { ...ada, version: '1' })
    const { rows, position } = await mirrorModel(here.parts, name)
    expect(position).toBe(3)
    expect(rows.map(({ what }) => what)).toEqual(['alias_tag'])
  }, 60_000)
})

describe('a model that is not registered', () => {
  test('is not mirrored', async () => {
    await using there = await installation('http://127.0.0.1:9')
    await expect(mirrorModel(there.parts, 'motor')).rejects.toMatchObject({ code: 'unknown_model' })
    await there.register('motor', 1)
    await expect(mirrorModel(there.parts, 'motor')).rejects.toMatchObject({ code: 'tracking_unavailable' })
  })
})
