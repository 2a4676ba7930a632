import { afterAll, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { filterOf, MlflowError, type MlflowClient } from '../src/index.ts'
import { olderThan } from '../src/http/versions.ts'
import { coverageFile, endpointNames, endpointRows, readCoverage } from './endpoint-table.ts'
import { describeServers } from './servers/describe-servers.ts'
import { gather } from './servers/gather.ts'
import { uniqueName } from './servers/unique-name.ts'

/** Operations that send bytes are told by their own names. */
const streams: Readonly<Record<string, string>> = {
  'artifacts.upload': 'proxy.upload',
  'artifacts.download': 'proxy.download',
  'artifacts.delete': 'proxy.delete',
}

describeServers('endpoints', (server, version) => {
  const answered = new Set<string>()
  const refused = new Set<string>()
  const client = (): MlflowClient =>
    server().client({
      log: (event) => {
        if (event.kind !== 'response') return
        const name = streams[event.endpoint] ?? event.endpoint
        if (event.status < 300) answered.add(name)
        else refused.add(name)
      },
    })
  const has = (since: string): boolean => !olderThan(version, since)
  const newRun = async (mlflow: MlflowClient): Promise<{ runId: string; experimentId: string }> => {
    const experimentId = await mlflow.experiments.create({ name: uniqueName('endpoints') })
    const { info } = await mlflow.runs.create({ experimentId, startTime: 1_700_000_000_123 })
    return { runId: info.runId, experimentId }
  }

  test('health and version', async () => {
    expect(await client().health()).toBe(true)
    expect(await client().version()).toBe(version)
  })

  test('experiments', async () => {
    const { experiments } = client()
    const name = `${uniqueName('ex/peri:ment')} ü😀 'q' "d"`
    const experimentId = await experiments.create({ name, tags: [{ key: 'team', value: 'a' }] })
    expect(await experiments.getByName({ experimentName: name })).toMatchObject({
      experimentId,
      name,
      lifecycleStage: 'active',
      tags: expect.arrayContaining([{ key: 'team', value: 'a' }]),
    })
    await experiments.setTag({ experimentId, key: 'note', value: 'ä\n' })
    await experiments.update({ experimentId, newName: `${name} new` })
    const found = await gather(
      experiments.search({
        filter: filterOf([
          { key: 'name', operator: '=', value: `${name} new`.replaceAll("'", '').replaceAll('"', '') },
        ]),
      }),
    )
    expect(found).toEqual([])
    const page = await experiments.searchPage({ maxResults: 1, orderBy: ['creation_time DESC'] })
    expect(page.items).toHaveLength(1)
    expect(page.nextPageToken).toEqual(expect.any(String))
    if (has('3.2')) {
      await experiments.deleteTag({ experimentId, key: 'note' })
      expect((await experiments.get({ experimentId })).tags.map(({ key }) => key)).not.toContain('note')
    } else {
      await expect(experiments.deleteTag({ experimentId, key: 'note' })).rejects.toMatchObject(lacks('3.2'))
      expect((await experiments.get({ experimentId })).tags).toContainEqual({ key: 'note', value: 'ä\n' })
    }
    await experiments.delete({ experimentId })
    expect((await experiments.get({ experimentId })).lifecycleStage).toBe('deleted')
    await expect(experiments.getOrCreate(`${name} new`)).rejects.toMatchObject({
      code: 'conflict',
      field: 'name',
    })
    await expect(client().runs.create({ experimentId })).rejects.toMatchObject({
      code: expect.stringMatching(/invalid_argument|conflict/),
    })
    await experiments.restore({ experimentId })
    expect((await experiments.get({ experimentId })).lifecycleStage).toBe('active')
    await expect(experiments.create({ name: `${name} new` })).rejects.toMatchObject({
      code: 'already_exists',
      errorCode: 'RESOURCE_ALREADY_EXISTS',
      endpoint: 'experiments.create',
      status: 400,
      requestId: expect.stringMatching(/^[\w-]+$/),
    })
    await expect(experiments.get({ experimentId: '999999' })).rejects.toMatchObject({
      code: 'not_found',
      status: 404,
    })
  })

  test('runs', async () => {
    const { runs, experiments, ...mlflow } = client()
    const { runId, experimentId } = await newRun(client())
    await runs.logMetric({ runId, key: 'm', value: 0.5, timestamp: 1, step: 2 })
    await runs.logParam({ runId, key: 'p', value: 'x'.repeat(6000) })
    await runs.setTag({ runId, key: 't', value: 'ü😀' })
    await runs.logBatch({
      runId,
      metrics: [{ key: 'm', value: 0.6, timestamp: 2, step: 3 }],
      params: [{ key: 'q', value: '' }],
      tags: [{ key: 'u', value: '1' }],
    })
    await runs.deleteTag({ runId, key: 'u' })
    await runs.logInputs({
      runId,
      datasets: [
        {
          dataset: { name: 'data', digest: 'abc', sourceType: 'local', source: '{}' },
          tags: [{ key: 'mlflow.data.context', value: 'training' }],
        },
      ],
    })
    await runs.logModel({
      runId,
      modelJson: JSON.stringify({
        run_id: runId,
        artifact_path: 'm',
        flavors: {},
        utc_time_created: '2026-01-01 00:00:00',
        model_uuid: 'u',
      }),
    })
    const updated = await runs.update({
      runId,
      status: 'FINISHED',
      endTime: 1_700_000_000_999,
      runName: 'named',
    })
    expect(updated).toMatchObject({ status: 'FINISHED', endTime: 1_700_000_000_999, runName: 'named' })
    const run = await runs.get({ runId })
    expect(run.info).toMatchObject({
      runId,
      experimentId,
      startTime: 1_700_000_000_123,
      lifecycleStage: 'active',
    })
    expect(run.data.metrics).toMatchObject([{ key: 'm', value: 0.6, timestamp: 2, step: 3 }])
    expect(run.data.params).toEqual(
      expect.arrayContaining([
        { key: 'p', value: 'x'.repeat(6000) },
        { key: 'q', value: '' },
      ]),
    )
    expect(run.data.tags).toContainEqual({ key: 't', value: 'ü😀' })
    expect(run.data.tags.map(({ key }) => key)).not.toContain('u')
    expect(run.inputs?.datasetInputs).toMatchObject([{ dataset: { name: 'data', digest: 'abc' } }])
    expect(await experiments.searchDatasets({ experimentIds: [experimentId] })).toMatchObject([
      { name: 'data', digest: 'abc', context: 'training' },
    ])
    expect(
      (await runs.searchPage({ experimentIds: [experimentId], filter: "tags.t = 'ü😀'" })).items.map(
        ({ info }) => info.runId,
      ),
    ).toEqual([runId])
    if (has('3.0')) {
      const { info } = await mlflow.loggedModels.create({ experimentId, name: 'm', sourceRunId: runId })
      await runs.logOutputs({ runId, models: [{ modelId: info.modelId, step: 4 }] })
      expect((await runs.get({ runId })).outputs?.modelOutputs).toEqual([{ modelId: info.modelId, step: 4 }])
    } else
      await expect(runs.logOutputs({ runId, models: [{ modelId: 'm-1' }] })).rejects.toMatchObject(
        lacks('3.0'),
      )
    await runs.delete({ runId })
    expect((await runs.get({ runId })).info.lifecycleStage).toBe('deleted')
    await runs.restore({ runId })
    await expect(runs.logParam({ runId, key: 'p', value: 'other' })).rejects.toMatchObject({
      code: 'conflict',
      endpoint: 'runs.logParam',
    })
    await expect(runs.logBatch({ runId, params: [{ key: 'p', value: 'other' }] })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(runs.get({ runId: '0'.repeat(32) })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('metrics keep every digit, every value, and every page', async () => {
    const { runs, metrics } = client()
    const { runId } = await newRun(client())
    const points = [
      { value: NaN, step: -(2n ** 62n) },
      { value: Infinity, step: -1 },
      { value: -Infinity, step: 0 },
      { value: 5e-324, step: Number.MAX_SAFE_INTEGER },
      { value: 0.1 + 0.2, step: 2n ** 63n - 1n },
    ].map((point, timestamp) => ({ key: 'm/a b.c-d_e', timestamp, ...point }))
    await runs.logBatch({ runId, metrics: points })
    const history = await gather(metrics.getHistory({ runId, metricKey: 'm/a b.c-d_e', maxResults: 2 }))
    const sorted = history.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
    expect(sorted.map(({ step }) => step)).toEqual(points.map(({ step }) => step))
    // SQL stores keep an infinity as the largest number.
    const largest = Number.MAX_VALUE
    expect(sorted.map(({ value }) => value)).toEqual(
      [NaN, largest, -largest, 5e-324, 0.1 + 0.2].map((value) =>
        Math.abs(value) === largest ? expect.closeTo(value, -300) : value,
      ),
    )
    const bulk = await metrics.getHistoryBulkInterval({
      runIds: [runId],
      metricKey: 'm/a b.c-d_e',
      maxResults: 100,
      startStep: -1,
      endStep: 0,
    })
    expect(bulk.map(({ step, runId: of }) => [step, of])).toEqual([
      [-1, runId],
      [0, runId],
    ])
    const page = await metrics.getHistoryPage({ runId, metricKey: 'm/a b.c-d_e', maxResults: 2 })
    // MLflow 2 answers the whole history at once.
    expect(page.items).toHaveLength(has('3.0') ? 2 : 5)
    expect(page.nextPageToken === undefined).toBe(!has('3.0'))
    expect(await gather(metrics.getHistory({ runId, metricKey: 'm/a b.c-d_e', limit: 3 }))).toHaveLength(3)
    expect(await gather(metrics.getHistory({ runId, metricKey: 'none' }))).toEqual([])
  })

  test('filters find exactly what they say', async () => {
    const { runs } = client()
    const { experimentId } = await newRun(client())
    const keys = ['a.b', 'a b', 'a-b', 'a/b', 'SELECT', '1', 'and']
    const values = ["it's", 'say "x"', '100%', 'ü😀', '\\', '`', "' OR 1=1"]
    const made = new Map<string, string>()
    for (const [i, key] of keys.entries()) {
      const { info } = await runs.create({ experimentId })
      const { runId } = info
      await runs.logBatch({
        runId,
        metrics: [{ key, value: i, timestamp: 0 }],
        params: [{ key, value: values[i] ?? '' }],
        tags: [{ key, value: values[i] ?? '' }],
      })
      made.set(key, runId)
    }
    const find = async (filter: string): Promise<string[]> =>
      (await gather(runs.search({ experimentIds: [experimentId], filter, maxResults: 3 }))).map(
        ({ info }) => info.runId,
      )
    for (const [i, key] of keys.entries()) {
      const value = values[i] ?? ''
      expect([
        key,
        await find(filterOf([{ entity: 'metrics', key, operator: '>', value: i - 0.5 }])),
      ]).toEqual([key, [made.get(key)]])
      expect([key, await find(filterOf([{ entity: 'tags', key, operator: '=', value }]))]).toEqual([
        key,
        [made.get(key)],
      ])
      expect([
        key,
        await find(
          filterOf([
            { entity: 'params', key, operator: '=', value },
            { entity: 'metrics', key, operator: '<=', value: i },
          ]),
        ),
      ]).toEqual([key, [made.get(key)]])
      expect(await find(filterOf([{ entity: 'tags', key, operator: '=', value: `${value}x` }]))).toEqual([])
    }
    expect(
      await gather(runs.search({ experimentIds: [experimentId], limit: 5, maxResults: 2 })),
    ).toHaveLength(5)
    await expect(find('metrics.')).rejects.toMatchObject({
      code: 'invalid_argument',
      endpoint: 'runs.searchPage',
    })
  })

  test('artifacts and their proxy', async () => {
    const { artifacts, proxy, runs } = client()
    const { runId } = await newRun(client())
    await artifacts.uploadBytes({ runId, path: 'folder/a ü.txt', bytes: 'hello' })
    expect(await artifacts.listPage({ runId, path: 'folder' })).toMatchObject({
      items: [{ path: 'folder/a ü.txt', isDir: false, fileSize: 5 }],
    })
    const root = (await runs.get({ runId })).info.artifactUri.replace(/^mlflow-artifacts:\/*/, '')
    expect(await proxy.list({ path: root })).toMatchObject([{ path: 'folder', isDir: true }])
    expect(Buffer.from(await artifacts.read({ runId, path: 'folder/a ü.txt' })).toString()).toBe('hello')
    await artifacts.delete({ runId, path: 'folder/a ü.txt' })
    expect(await gather(artifacts.list({ runId, recursive: true }))).toEqual([])
    await expect(artifacts.read({ runId, path: 'gone.txt' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'path',
    })
    // A directory takes no parts: the server says so.
    const place = { artifactPath: `${root}/big`, path: `${root}/big` }
    const part = { partNumber: 1, etag: '"e"' }
    for (const call of [
      () => proxy.createMultipart({ ...place, numParts: 2 }),
      () => proxy.completeMultipart({ ...place, uploadId: 'u', parts: [part] }),
      () => proxy.abortMultipart({ ...place, uploadId: 'u' }),
    ])
      await expect(call()).rejects.toBeInstanceOf(MlflowError)
    const upload = artifacts.createPresignedUpload({ runId, path: 'big' })
    await expect(upload).rejects.toMatchObject(
      has('3.12') ? { endpoint: 'artifacts.createPresignedUpload' } : lacks('3.12'),
    )
    const download = artifacts.createPresignedDownload({ runId, path: 'big' })
    await expect(download).rejects.toMatchObject(
      has('3.15') ? { endpoint: 'artifacts.createPresignedDownload' } : lacks('3.15'),
    )
  })

  test('logged models', async () => {
    const { loggedModels, artifacts } = client()
    const { runId, experimentId } = await newRun(client())
    if (!has('3.0')) {
      const modelId = 'm-1'
      const calls = [
        loggedModels.create({ experimentId, name: 'm' }),
        loggedModels.finalize({ modelId, status: 'LOGGED_MODEL_READY' }),
        loggedModels.get({ modelId }),
        loggedModels.delete({ modelId }),
        loggedModels.searchPage({ experimentIds: [experimentId] }),
        loggedModels.setTags({ modelId, tags: [] }),
        loggedModels.deleteTag({ modelId, tagKey: 't' }),
        loggedModels.listArtifactsPage({ modelId }),
        loggedModels.logParams({ modelId, params: [] }),
      ]
      for (const outcome of await Promise.allSettled(calls))
        expect(outcome).toMatchObject({ status: 'rejected', reason: lacks('3.0') })
      return
    }
    const { info } = await loggedModels.create({
      experimentId,
      name: 'm',
      modelType: 'tree',
      sourceRunId: runId,
      params: [{ key: 'p', value: '1' }],
      tags: [{ key: 't', value: '1' }],
    })
    const { modelId } = info
    expect(info).toMatchObject({
      status: 'LOGGED_MODEL_PENDING',
      name: 'm',
      modelType: 'tree',
      sourceRunId: runId,
    })
    await loggedModels.logParams({ modelId, params: [{ key: 'q', value: '2' }] })
    await loggedModels.setTags({ modelId, tags: [{ key: 'a/b ü', value: '3' }] })
    await loggedModels.deleteTag({ modelId, tagKey: 't' })
    await artifacts.uploadBytes({ modelId, path: 'deep/x.txt', bytes: 'x' })
    expect(await loggedModels.listArtifactsPage({ modelId, artifactDirectoryPath: 'deep' })).toMatchObject({
      items: [{ path: 'deep/x.txt', fileSize: 1 }],
    })
    expect((await loggedModels.finalize({ modelId, status: 'LOGGED_MODEL_READY' })).info.status).toBe(
      'LOGGED_MODEL_READY',
    )
    const model = await loggedModels.get({ modelId })
    expect(model.data.params).toEqual(
      expect.arrayContaining([
        { key: 'p', value: '1' },
        { key: 'q', value: '2' },
      ]),
    )
    expect(model.info.tags).toContainEqual({ key: 'a/b ü', value: '3' })
    expect(model.info.tags.map(({ key }) => key)).not.toContain('t')
    const found = await gather(
      loggedModels.search({
        experimentIds: [experimentId],
        orderBy: [{ fieldName: 'creation_time', ascending: false }],
      }),
    )
    expect(found.map((one) => one.info.modelId)).toEqual([modelId])
    await loggedModels.delete({ modelId })
    await expect(loggedModels.get({ modelId })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('registered models and versions', async () => {
    const { registeredModels, modelVersions } = client()
    const { runId } = await newRun(client())
    const name = `${uniqueName('model')} ü`
    const created = await registeredModels.create({
      name,
      description: 'd',
      tags: [{ key: 't', value: '1' }],
    })
    expect(created).toMatchObject({ name, description: 'd', tags: [{ key: 't', value: '1' }] })
    await registeredModels.setTag({ name, key: 'u', value: '2' })
    await registeredModels.deleteTag({ name, key: 't' })
    expect(await registeredModels.update({ name, description: 'e' })).toMatchObject({ description: 'e' })
    const source = 's3://bucket/model'
    const first = await modelVersions.create({
      name,
      source,
      runId,
      description: 'v',
      tags: [{ key: 't', value: '1' }],
    })
    const second = await modelVersions.create({ name, source })
    expect([first.version, second.version, first.runId]).toEqual(['1', '2', runId])
    await modelVersions.setTag({ name, version: '1', key: 'u', value: '2' })
    await modelVersions.deleteTag({ name, version: '1', key: 't' })
    await modelVersions.update({ name, version: '1', description: 'w' })
    expect(await modelVersions.get({ name, version: '1' })).toMatchObject({
      description: 'w',
      source,
      status: 'READY',
      tags: [{ key: 'u', value: '2' }],
    })
    expect(await modelVersions.getDownloadUri({ name, version: '1' })).toBe(source)
    expect(
      await modelVersions.transitionStage({
        name,
        version: '1',
        stage: 'Production',
        archiveExistingVersions: true,
      }),
    ).toMatchObject({ currentStage: 'Production' })
    const latest = await registeredModels.getLatestVersions({ name, stages: ['Production'] })
    expect(latest.map(({ version: of }) => of)).toEqual(['1'])
    await registeredModels.setAlias({ name, alias: 'champion', version: '2' })
    expect(await registeredModels.getVersionByAlias({ name, alias: 'champion' })).toMatchObject({
      version: '2',
    })
    expect((await registeredModels.get({ name })).aliases).toEqual([{ alias: 'champion', version: '2' }])
    await registeredModels.deleteAlias({ name, alias: 'champion' })
    await expect(registeredModels.getVersionByAlias({ name, alias: 'champion' })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
    for (const alias of ['latest', 'v1', 'Latest', 'a b'])
      await expect(registeredModels.setAlias({ name, alias, version: '1' })).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'alias',
        endpoint: 'registeredModels.setAlias',
      })
    const filter = filterOf([{ key: 'name', operator: '=', value: name }])
    expect(
      (await gather(modelVersions.search({ filter, maxResults: 1 }))).map(({ version: of }) => of).sort(),
    ).toEqual(['1', '2'])
    expect((await gather(registeredModels.search({ filter }))).map((model) => model.name)).toEqual([name])
    await modelVersions.delete({ name, version: '2' })
    await expect(modelVersions.get({ name, version: '2' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await registeredModels.rename({ name, newName: `${name} new` })).toMatchObject({
      name: `${name} new`,
    })
    await registeredModels.delete({ name: `${name} new` })
    await expect(registeredModels.get({ name: `${name} new` })).rejects.toMatchObject({ code: 'not_found' })
    await expect(registeredModels.create({ name: 'a/b' })).rejects.toMatchObject({
      code: 'invalid_argument',
      field: 'name',
    })
  })

  test('webhooks', async () => {
    const { webhooks } = client()
    const received: string[] = []
    const listener = createServer((request, response) => {
      received.push(String(request.headers['x-mlflow-signature']))
      response.end('thanks')
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    const hook = {
      name: 'hook',
      url: `http://127.0.0.1:${port}/hook`,
      events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
    }
    if (!has('3.3')) {
      const webhookId = 'w'
      const calls = [
        webhooks.create(hook),
        webhooks.listPage({}),
        webhooks.get({ webhookId }),
        webhooks.update({ webhookId }),
        webhooks.delete({ webhookId }),
        webhooks.test({ webhookId }),
      ]
      for (const outcome of await Promise.allSettled(calls))
        expect(outcome).toMatchObject({ status: 'rejected', reason: lacks('3.3') })
      listener.close()
      return
    }
    const { webhookId } = await webhooks.create({ ...hook, secret: 's3cret', description: 'd' })
    expect(await webhooks.get({ webhookId })).toMatchObject({
      ...hook,
      webhookId,
      description: 'd',
      status: 'ACTIVE',
    })
    expect(JSON.stringify(await webhooks.get({ webhookId }))).not.toContain('s3cret')
    expect(await webhooks.update({ webhookId, status: 'DISABLED' })).toMatchObject({ status: 'DISABLED' })
    expect((await gather(webhooks.list({ maxResults: 1 }))).map((one) => one.webhookId)).toContain(webhookId)
    expect(await webhooks.test({ webhookId })).toEqual({
      success: true,
      responseStatus: 200,
      responseBody: 'thanks',
    })
    expect(received).toEqual([expect.stringMatching(/^v1,/)])
    listener.close()
    await webhooks.delete({ webhookId })
    await expect(webhooks.get({ webhookId })).rejects.toMatchObject({ code: 'not_found' })
  }, 90_000)

  afterAll(() => {
    const rest = [...refused].filter((name) => !answered.has(name)).sort()
    const called = { answered: [...answered].filter((name) => name.includes('.')).sort(), refused: rest }
    if (process.env['WRITE_COVERAGE'] !== undefined)
      writeFileSync(coverageFile, `${JSON.stringify({ ...readCoverage(), [version]: called }, null, 2)}\n`)
    expect(readCoverage()[version]).toEqual(called)
  })
})

describe('docs/endpoints.md', () => {
  test('says what the code says, and what the tests called', () => {
    const page = readFileSync(new URL('../docs/endpoints.md', import.meta.url), 'utf8')
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
    expect(rows).toEqual(endpointRows())
  })

  test('has 72 endpoints, each called on a server', () => {
    const names = endpointNames
    expect(new Set(names).size).toBe(72)
    const called = Object.values(readCoverage()).flatMap((each) => [...each.answered, ...each.refused])
    expect(names.filter((name) => !called.includes(name))).toEqual([])
  })
})

/** The error of a call that the server is too old for. */
function lacks(since: string): object {
  return {
    code: 'unsupported_by_server',
    message: expect.stringContaining(`needs MLflow ${since}; the server is 2.22.5`),
  }
}
