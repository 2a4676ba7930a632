import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { exampleBundle } from '@claims/contracts/example'
import type { MlflowClient } from '@claims/mlflow'
import {
  describeServers,
  startFaultProxy,
  startPython,
  uniqueName,
  type PythonProcess,
} from '@claims/mlflow/testing'
import { mirrorModel } from '../src/index.ts'
import { ada, freshName, installation, type Installation } from './mlflow-installation.ts'

describeServers('references to models of MLflow', (server) => {
  let here: Installation
  let mlflow: MlflowClient
  let python: PythonProcess
  beforeAll(async () => {
    here = await installation(server().trackingUri)
    ;({ mlflow } = here)
    python = startPython(server().python)
  })
  afterAll(async () => {
    await python.stop()
    await here[Symbol.asyncDispose]()
  })

  /** Registers a bundle as a training does that says no hash. */
  async function logged(
    name: string,
    seed: number,
    options: { readonly tags?: Record<string, string>; readonly as?: 'model' | 'artifacts' } = {},
  ): Promise<string> {
    const bundle = exampleBundle({ seed })
    const { experimentId } = await mlflow.experiments.getOrCreate('claims references')
    const { info } = await mlflow.runs.create({ experimentId })
    const files: Record<string, { bytes: Uint8Array }> = {}
    for (const file of ['manifest.json', ...Object.keys(bundle.manifest.files)])
      files[`bundle/${file}`] = { bytes: await bundle.read(file) }
    const { runId } = info
    const { tags } = options
    if (options.as === 'artifacts') {
      for (const [path, { bytes }] of Object.entries(files))
        await mlflow.artifacts.uploadBytes({ runId, path, bytes })
      return (await mlflow.registerModel({ name, source: `runs:/${runId}/bundle`, runId, tags })).version
    }
    await mlflow.logModel({ runId, model: { flavors: { claims: { bundle: 'bundle' } }, files } })
    return (await mlflow.registerModel({ name, runId, tags })).version
  }

  test('a version whose hash nobody vouches for is opened with a warning', async () => {
    const name = uniqueName('Motor Schäden')
    await logged(name, 31)
    const found = await here.models.resolve(`models:/${name}/1`)
    expect(found.warnings).toEqual([expect.stringContaining('no tag claims.manifest_sha256')])
    expect(await (await found.open()).readJson('model/weights.json')).toMatchObject({ seed: 31 })
    expect(await found.locate()).toContain(found.manifestSha256)
    await mlflow.modelVersions.setTag({ name, version: '1', key: 'claims.manifest_sha256', value: 'yes' })
    await expect(here.models.resolve(`models:/${name}/1`)).rejects.toMatchObject({ code: 'damaged_bundle' })
    await mlflow.modelVersions.setTag({
      name,
      version: '1',
      key: 'claims.manifest_sha256',
      value: 'a'.repeat(64),
    })
    await expect(here.models.resolve(`models:/${name}/1`)).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'manifest.json' }],
    })
  }, 60_000)

  test('an alias is asked for anew, a bundle is downloaded once, and one damaged here again', async () => {
    const name = freshName()
    await here.register(name, 32, 33)
    await here.registry.promote(name, '1', ada)
    await mirrorModel(here.parts, name)
    const proxy = await startFaultProxy(server().trackingUri)
    try {
      await using there = await installation(proxy.trackingUri)
      const bytes = (): number => proxy.requests.filter((line) => line.includes('weights.json')).length
      const reference = `models:/${name}@champion`
      expect(await there.models.resolve(reference)).toMatchObject({ version: '1', manifest: { seed: 32 } })
      expect(bytes()).toBe(1)
      await there.models.resolve(reference)
      expect(bytes()).toBe(1)
      await here.registry.promote(name, '2', ada)
      await mirrorModel(here.parts, name)
      expect(await there.models.currentVersion(reference)).toBe('2')
      expect(await there.models.resolve(reference)).toMatchObject({ version: '2', manifest: { seed: 33 } })
      expect(bytes()).toBe(2)
      await truncate(
        join(
          there.directory,
          'cache/_artifacts',
          exampleBundle({ seed: 33 }).manifestSha256,
          'model/weights.json',
        ),
      )
      const again = await there.models.resolve(reference)
      expect(await (await again.open()).readJson('model/weights.json')).toMatchObject({ seed: 33 })
      expect(bytes()).toBe(3)
      await rm(join(there.directory, 'cache'), { recursive: true })
      expect(await (await there.models.resolve(`models:/${name}/latest`)).open()).toMatchObject({
        manifest: { seed: 33 },
      })
    } finally {
      await proxy.stop()
    }
  }, 60_000)

  test('stages, and what takes their place', async () => {
    const name = freshName()
    await here.register(name, 34, 35)
    await mirrorModel(here.parts, name)
    const stage = async (version: string, to: 'Production' | 'Staging'): Promise<void> => {
      await mlflow.modelVersions.transitionStage({ name, version, stage: to, archiveExistingVersions: false })
    }
    await expect(here.models.resolve(`models:/${name}/Production`)).rejects.toMatchObject({
      code: 'unknown_alias',
      problems: [{ problem: 'names an empty stage' }],
    })
    await stage('1', 'Staging')
    expect(await here.models.resolve(`models:/${name}/staging`)).toMatchObject({ version: '1' })
    await here.registry.promote(name, '2', ada)
    await mirrorModel(here.parts, name)
    const taken = await here.models.resolve(`models:/${name}/Production`)
    expect(taken.version).toBe('2')
    expect(taken.notes).toEqual([
      `no version of ${name} is in stage Production; the alias champion was taken in its place, version 2`,
    ])
    await stage('1', 'Production')
    const staged = await here.models.resolve(`models:/${name}/Production`)
    expect(staged.version).toBe('1')
    expect(staged.notes).toEqual([
      `version 1 of ${name} is the newest in stage Production`,
      'the alias champion points at another one, version 2',
    ])

    const proxy = await startFaultProxy(server().trackingUri)
    try {
      proxy.fail({
        path: 'get-latest-versions',
        fault: { kind: 'answer', status: 404, body: '<h1>Not Found</h1>' },
        times: 99,
      })
      await using there = await installation(proxy.trackingUri)
      const without = await there.models.resolve(`models:/${name}/Production`)
      expect(without).toMatchObject({ version: '2', notes: [expect.stringContaining('knows no stages')] })
      await expect(there.models.resolve(`models:/${name}/Staging`)).rejects.toMatchObject({
        code: 'unknown_alias',
        message: expect.stringContaining(`name an alias: models:/${name}@champion`) as unknown,
      })
    } finally {
      await proxy.stop()
    }
  }, 60_000)

  test('what is not there, and what is no bundle', async () => {
    const name = freshName()
    await expect(here.models.resolve(`models:/${name}/1`)).rejects.toMatchObject({ code: 'unknown_model' })
    await expect(here.models.resolve(`models:/${name}@x`)).rejects.toMatchObject({ code: 'unknown_model' })
    await here.register(name, 36)
    await mirrorModel(here.parts, name)
    await expect(here.models.resolve(`models:/${name}/7`)).rejects.toMatchObject({ code: 'unknown_version' })
    await expect(here.models.resolve(`models:/${name}@x`)).rejects.toMatchObject({ code: 'unknown_alias' })
    const { runId } = await mlflow.modelVersions.get({ name, version: '1' })
    await mlflow.registerModel({ name, source: `runs:/${runId}/nothing`, runId })
    await expect(here.models.resolve(`models:/${name}/latest`)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('it has no files') as unknown,
    })
  }, 60_000)

  test('a bundle that was registered as plain artifacts, and a copy that Python made', async () => {
    const name = freshName()
    const { manifestSha256 } = exampleBundle({ seed: 37 })
    await logged(name, 37, { as: 'artifacts', tags: { 'claims.manifest_sha256': manifestSha256 } })
    expect(await here.models.resolve(`models:/${name}/1`)).toMatchObject({
      warnings: [],
      manifest: { seed: 37 },
    })
    await logged(name, 38)
    await python.run(
      `
import mlflow
mlflow.set_tracking_uri(args['uri'])
mlflow.MlflowClient().copy_model_version(f"models:/{args['name']}/2", args['name'] + '-copy')
answer = None
`,
      { uri: server().trackingUri, name },
    )
    expect(await here.models.resolve(`models:/${name}-copy/1`)).toMatchObject({ manifest: { seed: 38 } })
  }, 60_000)
})
