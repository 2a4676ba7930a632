import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logModel } from '../src/model-folder/log-model.ts'
import type { ModelContent } from '../src/model-folder/model-folder.ts'
import { readModelFolder } from '../src/model-folder/read-model-folder.ts'
import { registerModel } from '../src/model-folder/register-model.ts'
import { writeYaml } from '../src/model-folder/safe-yaml.ts'
import type { ModelSignature } from '../src/model-folder/signature.ts'
import { writeModelFolder } from '../src/model-folder/write-model-folder.ts'
import { bits, trainModel } from './python-models.ts'
import { describeServers } from './servers/describe-servers.ts'
import { startPython, type PythonProcess } from './servers/start-python.ts'
import { uniqueName } from './servers/unique-name.ts'

const columns = ['age', 'sum insured', 'délai', 'claims']
const signature: ModelSignature = {
  inputs: columns.map((name) => ({ name, type: name === 'claims' ? 'long' : 'double' })),
  outputs: [{ type: 'tensor', dtype: 'float32', shape: [-1] }],
  params: [{ name: 'output_margin', type: 'boolean', default: false }],
}
const contentOf = (folder: string, format: 'ubj' | 'json'): ModelContent => ({
  xgboost: { model: { path: join(folder, `model.${format}`) }, format, version: '3.2.0' },
  flavors: { claims: { bundle: 'bundle/', format_version: 1 } },
  files: { 'bundle/manifest.json': { bytes: '{"claims":1}' } },
  signature,
  inputExample: {
    kind: 'dataframe',
    columns,
    data: [
      [null, 0.25, -1.5, 2],
      [0.1, 1e-9, 3, 4],
    ],
  },
  metadata: { purpose: 'test', tricky: ['yes', '1e5', null, 'a: b'] },
})

const predict = `${bits}
def plain(table):
    return [[None if value != value else value for value in row] for row in table.to_numpy().tolist()]
def loaded(uri, rows):
    model = mlflow.pyfunc.load_model(uri)
    return {
        'pyfunc': bits(model.predict(rows)),
        'margin': bits(model.predict(rows, params={'output_margin': True})),
        'booster': bits(mlflow.xgboost.load_model(uri).predict(xgb.DMatrix(rows))),
        'signature': repr(model.metadata.signature),
        'claims': model.metadata.flavors['claims'],
        'metadata': model.metadata.metadata,
        'example': plain(model.input_example),
        'serving': bits(mlflow.xgboost.load_model(uri).predict(xgb.DMatrix(model.input_example))),
        'requirements': mlflow.pyfunc.get_model_dependencies(uri) != '',
        'size': model.metadata.model_size_bytes, 'run_id': model.metadata.run_id,
        'model_uuid': model.metadata.model_uuid, 'created': model.metadata.utc_time_created,
        'mlflow_version': model.metadata.mlflow_version,
    }
wanted = {'pyfunc': bits(booster.predict(xgb.DMatrix(rows))),
          'margin': bits(booster.predict(xgb.DMatrix(rows), output_margin=True))}
`

describeServers('models of TypeScript and Python', (server, version) => {
  let process: PythonProcess
  let folder: string
  const python = async (program: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
    process.run(`import mlflow\n${program}`, { folder, uri: server().trackingUri, ...args })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mlflow-models-'))
    process = startPython(server().python)
    await python(`${trainModel}\nrows.to_pickle(args['folder'] + '/rows')\nanswer = None`)
  }, 120_000)
  afterAll(async () => {
    await process.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const load = `
import numpy as np, pandas as pd, xgboost as xgb
rows = pd.read_pickle(args['folder'] + '/rows')
booster = xgb.Booster(model_file=args['folder'] + '/model.ubj')
mlflow.set_tracking_uri(args['uri'])
${predict}`

  // Bit-equal: the same library reads the same file.
  test.each(['ubj', 'json'] as const)(
    'Python predicts the same from a folder with a %s model',
    async (format) => {
      const directory = join(folder, `written-${format}`)
      const written = await writeModelFolder(directory, contentOf(folder, format))
      const answer = await python(
        `${load}
answer = {'found': loaded(args['directory'], rows), 'wanted': wanted}`,
        { directory },
      )
      const { found, wanted } = answer as { found: Record<string, unknown>; wanted: Record<string, unknown> }
      expect(found).toMatchObject({ ...wanted, booster: wanted['pyfunc'] })
      expect(found).toMatchObject({
        claims: { bundle: 'bundle/', format_version: 1 },
        metadata: { purpose: 'test', tricky: ['yes', '1e5', null, 'a: b'] },
        requirements: true,
        size: written.model_size_bytes,
        model_uuid: written.model_uuid,
        created: written.utc_time_created,
        mlflow_version: '3.17.0',
      })
      expect(found['signature']).toContain("'sum insured': double (required)")
      expect(found['signature']).toContain("'claims': long (required)")
      expect(found['signature']).toContain("'output_margin': boolean (default: False)")
      expect(found['example']).toEqual([
        [null, 0.25, -1.5, 2],
        [0.1, 1e-9, 3, 4],
      ])
    },
    120_000,
  )

  test('reads what Python wrote', async () => {
    const program = `
import numpy as np, pandas as pd, xgboost as xgb
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ParamSchema, ParamSpec, Schema, TensorSpec, ColSpec
from mlflow.types.schema import Array, Object, Property, Map
rows = pd.read_pickle(args['folder'] + '/rows')
booster = xgb.Booster(model_file=args['folder'] + '/model.ubj')
outputs = booster.predict(xgb.DMatrix(rows))
inferred = infer_signature(rows, outputs)
params = ParamSchema([ParamSpec('output_margin', 'boolean', True), ParamSpec('labels', 'string', ['a', 'b'], (-1,))])
shared = ['x']
# Without requirements, each save starts a Python of its own to find them.
mlflow.xgboost.save_model(booster, args['folder'] + '/python-table', pip_requirements=['xgboost-cpu'],
    signature=ModelSignature(inferred.inputs, inferred.outputs, params),
    input_example=rows[1:3], metadata={'first': shared, 'second': shared, 'no': 'yes', 'number': 1e-7})
nested = Schema([ColSpec(Array('long'), 'codes'), ColSpec(Map('string'), 'm', required=False),
    ColSpec(Object([Property('zip', 'string', required=False)]), 'place')])
mlflow.xgboost.save_model(booster, args['folder'] + '/python-tensor', pip_requirements=['xgboost-cpu'],
    signature=ModelSignature(Schema([TensorSpec(np.dtype('float32'), (-1, 4), 'x')]), nested))
answer = {'version': mlflow.__version__, 'example': rows[1:3].to_numpy().tolist()}`
    const answer = await python(program)
    expect(answer).toHaveProperty('version', version)
    const table = await readModelFolder(join(folder, 'python-table'))
    expect(table.signature).toEqual({
      inputs: signature.inputs?.map((one) => ({
        ...one,
        required: one.name !== 'age' || expect.any(Boolean),
      })),
      outputs: signature.outputs,
      params: [
        { name: 'output_margin', type: 'boolean', default: true },
        { name: 'labels', type: 'string', default: ['a', 'b'], shape: [-1] },
      ],
    })
    expect(table).toMatchObject({
      mlflowVersion: version,
      inputExample: { kind: 'dataframe', columns, data: (answer as { example: unknown }).example },
      metadata: { first: ['x'], second: ['x'], no: 'yes', number: 1e-7 },
    })
    expect(table.flavors['xgboost']).toMatchObject({ model_class: 'xgboost.core.Booster' })
    expect(table.modelUuid).toMatch(/^[0-9a-f]{32}$/)
    expect(table.utcTimeCreated?.getTime()).toBeCloseTo(Date.now(), -6)
    expect(table.requirements).toContain(`mlflow==${version}`)
    expect((await readModelFolder(join(folder, 'python-tensor'))).signature).toEqual({
      inputs: [{ name: 'x', type: 'tensor', dtype: 'float32', shape: [-1, 4] }],
      outputs: [
        { name: 'codes', type: { array: 'long' }, required: true },
        { name: 'm', type: { map: 'string' }, required: false },
        {
          name: 'place',
          type: { object: [{ name: 'zip', type: 'string', required: false }] },
          required: true,
        },
      ],
      params: undefined,
    })
  }, 120_000)

  test('Python predicts the same from a logged and registered model', async () => {
    const mlflow = server().client()
    const name = uniqueName('claims')
    const { experimentId } = await mlflow.experiments.getOrCreate(uniqueName('models'))
    const run = await mlflow.runs.create({ experimentId, startTime: Date.now() })
    const { runId } = run.info
    await mlflow.runs.logParam({ runId, key: 'eta', value: '0.3' })
    const logged = await logModel(mlflow, {
      runId,
      model: contentOf(folder, 'ubj'),
      ...(version.startsWith('3') && { metrics: { auc: 0.9 }, tags: { team: 'motor' }, step: 3 }),
    })
    const first = await registerModel(mlflow, { name, runId, description: 'first' })
    const ids = logged.modelId === undefined ? { source: first.source, runId } : { modelId: logged.modelId }
    const second = await registerModel(mlflow, { name, ...ids, tags: { by: 'id' } })
    expect([first.version, second.version]).toEqual(['1', '2'])
    expect([first.runId, second.runId]).toEqual([runId, runId])
    expect([first.status, second.status]).toEqual(['READY', 'READY'])
    const uris = [logged.modelUri, `runs:/${runId}/model`, `models:/${name}/1`, `models:/${name}/2`]
    const answer = await python(
      `${load}
answer = {'found': [loaded(uri, rows) for uri in args['uris']], 'wanted': wanted}`,
      { uris },
    )
    const { found, wanted } = answer as { found: unknown[]; wanted: { pyfunc: number[] } }
    for (const one of found)
      expect(one).toMatchObject({ ...wanted, booster: wanted.pyfunc, run_id: runId, mlflow_version: version })
    const after = await mlflow.runs.get({ runId })
    if (version.startsWith('2')) {
      const history = after.data.tags.find(({ key }) => key === 'mlflow.log-model.history')?.value ?? ''
      expect(JSON.parse(history)).toMatchObject([{ run_id: runId, artifact_path: 'model' }])
      return
    }
    const modelId = logged.modelId ?? ''
    expect(after.outputs?.modelOutputs).toEqual([{ modelId, step: 3 }])
    expect(await mlflow.loggedModels.get({ modelId })).toMatchObject({
      info: {
        name: 'model',
        status: 'LOGGED_MODEL_READY',
        sourceRunId: runId,
        tags: expect.arrayContaining([{ key: 'team', value: 'motor' }]),
      },
      data: { params: [{ key: 'eta', value: '0.3' }], metrics: [{ key: 'auc', value: 0.9, step: 3 }] },
    })
    const tag = (await mlflow.loggedModels.get({ modelId })).info.tags.find(
      ({ key }) => key === 'mlflow.modelVersions',
    )
    expect(JSON.parse(tag?.value ?? '')).toEqual([
      { name, version: 1 },
      { name, version: 2 },
    ])
  }, 120_000)

  test('a model that cannot be written is marked as failed', async () => {
    const mlflow = server().client()
    const { experimentId } = await mlflow.experiments.getOrCreate(uniqueName('failures'))
    const { runId } = (await mlflow.runs.create({ experimentId, startTime: Date.now() })).info
    const model = { flavors: { own: {} }, files: { a: { path: join(folder, 'nowhere') } } }
    await expect(logModel(mlflow, { runId, model })).rejects.toMatchObject({ code: 'not_found' })
    await expect(logModel(mlflow, { runId, model: {} })).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(registerModel(mlflow, { name: 'none', runId })).rejects.toMatchObject({
      code: 'not_found',
      field: 'modelName',
    })
    if (version.startsWith('2')) return
    const statuses: (string | undefined)[] = []
    for await (const { info } of mlflow.loggedModels.search({ experimentIds: [experimentId] }))
      statuses.push(info.status)
    expect(statuses).toEqual(['LOGGED_MODEL_UPLOAD_FAILED'])
  })

  test('Python reads our YAML as it is meant', async () => {
    const texts = [
      'yes',
      'No',
      'on',
      'y',
      '~',
      'null',
      '<<',
      '=',
      '1e5',
      '1_000',
      '0x1F',
      '0o17',
      '017',
      '1:30',
      '2024-01-01',
      '.5',
      '.',
      '-',
      '- a',
      '? b',
      ': c',
      '#d',
      'e #f',
      "it's",
      '"',
      '\\',
      '',
      ' ',
      'ü',
      '\u2028',
      '\u0085',
      '\ufeff',
      '\t',
      'a\nb\n',
      '\u0007',
      '😀',
      '[x]',
      '{y}',
      '%z',
      '@',
      '`',
      '!t',
      '&a',
      '*b',
      '|',
      '>',
    ]
    const numbers = [0, -1, 1.5, 1e21, 1e-7, 1.5e-9, 2 ** 53, -(2 ** 60), 1e20, 5e-324]
    const given = {
      texts,
      keys: Object.fromEntries(texts.map((text) => [text, 1])),
      numbers,
      others: [null, true, [], {}],
    }
    const answer = await python(`import yaml\nanswer = yaml.safe_load(args['text'])`, {
      text: await writeYaml(given),
    })
    expect(answer).toEqual(given)
  })
})
