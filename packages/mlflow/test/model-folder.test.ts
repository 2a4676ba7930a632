import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelContent, ModelIdentity } from '../src/model-folder/model-folder.ts'
import { readModelFolder } from '../src/model-folder/read-model-folder.ts'
import { parseYaml, writeYaml } from '../src/model-folder/safe-yaml.ts'
import type { ColumnType, ModelSignature } from '../src/model-folder/signature.ts'
import { writeModelFolder } from '../src/model-folder/write-model-folder.ts'

let root: string
let count = 0
const fresh = (): string => join(root, `model-${(count += 1)}`)
/** Long enough to be taken for a JSON model; XGBoost reads real ones in the integration tests. */
const booster = '{"learner":{},"version":[3,2,0]}'

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mlflow-folder-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

const signature: ModelSignature = {
  inputs: [
    { name: 'age', type: 'double' },
    { name: 'vehicle', type: 'string', required: false },
    { name: 'codes', type: { array: 'long' } },
    {
      name: 'place',
      type: {
        object: [
          { name: 'zip', type: 'string' },
          { name: 'x', type: 'any' },
        ],
      },
    },
    { name: 'counts', type: { map: { array: 'integer' } } },
  ],
  outputs: [{ type: 'tensor', dtype: 'float32', shape: [-1, 2] }],
  params: [
    { name: 'threshold', type: 'double', default: 0.5 },
    { name: 'labels', type: 'string', default: ['a', 'b'], shape: [-1] },
  ],
}
const content: ModelContent & ModelIdentity = {
  xgboost: { model: { bytes: booster }, format: 'json', version: '3.2.0' },
  flavors: { claims: { bundle: 'bundle/', format_version: 1 } },
  files: { 'bundle/model.json': { bytes: '{}' }, 'bundle/deep/note.txt': { bytes: 'Grüße' } },
  signature,
  inputExample: { kind: 'dataframe', columns: ['age', 'vehicle'], data: [[42, null]] },
  requirements: ['pandas>=2'],
  metadata: { answer: 'yes', list: [1, null, { rate: 1e-7 }] },
  modelUuid: '0123456789012345678901234567890e',
  runId: 'run1',
  artifactPath: 'model',
  mlflowVersion: '2.22.5',
  utcTimeCreated: new Date('2026-03-04T05:06:07.089Z'),
}

describe('writeModelFolder', () => {
  test('writes the files that MLflow expects', async () => {
    const directory = fresh()
    const written = await writeModelFolder(directory, content)
    expect((await readdir(directory, { recursive: true })).sort()).toEqual([
      'MLmodel',
      'bundle',
      'bundle/deep',
      'bundle/deep/note.txt',
      'bundle/model.json',
      'conda.yaml',
      'input_example.json',
      'model.json',
      'python_env.yaml',
      'requirements.txt',
      'serving_input_example.json',
    ])
    const text = async (file: string): Promise<string> => readFile(join(directory, file), 'utf8')
    expect(await text('requirements.txt')).toBe('mlflow==2.22.5\nxgboost==3.2.0\npandas>=2\n')
    expect(await text('python_env.yaml')).toBe(
      "python: '3.11'\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- '-r requirements.txt'\n",
    )
    expect(await text('conda.yaml')).toBe(
      "channels:\n- conda-forge\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - mlflow==2.22.5\n  - xgboost==3.2.0\n  - 'pandas>=2'\nname: mlflow-env\n",
    )
    expect(JSON.parse(await text('input_example.json'))).toEqual({
      columns: ['age', 'vehicle'],
      data: [[42, null]],
    })
    expect(JSON.parse(await text('serving_input_example.json'))).toEqual({
      dataframe_split: { columns: ['age', 'vehicle'], data: [[42, null]] },
    })
    const size = await Promise.all(
      [
        'model.json',
        'bundle/model.json',
        'bundle/deep/note.txt',
        'input_example.json',
        'serving_input_example.json',
      ].map(async (file) => (await readFile(join(directory, file))).length),
    )
    expect(written.model_size_bytes).toBe(size.reduce((sum, bytes) => sum + bytes, 0))
    const mlModel = await text('MLmodel')
    expect(mlModel.split('\n').slice(0, 21)).toEqual([
      'artifact_path: model',
      'flavors:',
      '  claims:',
      '    bundle: bundle/',
      '    format_version: 1',
      '  python_function:',
      '    data: model.json',
      '    env:',
      '      conda: conda.yaml',
      '      virtualenv: python_env.yaml',
      '    loader_module: mlflow.xgboost',
      "    python_version: '3.11'",
      '  xgboost:',
      '    code: null',
      '    data: model.json',
      '    model_class: xgboost.core.Booster',
      '    model_format: json',
      "    xgb_version: '3.2.0'",
      'is_signature_from_type_hint: false',
      'metadata:',
      "  answer: 'yes'",
    ])
    expect(mlModel).toContain("\nmodel_uuid: '0123456789012345678901234567890e'\n")
    expect(mlModel).toContain("\nutc_time_created: '2026-03-04 05:06:07.089000'\n")
    expect(mlModel).toContain(
      `\n  outputs: '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,2]}}]'\n`,
    )
  })

  test('writes what readModelFolder reads', async () => {
    const directory = fresh()
    await writeModelFolder(directory, content)
    const required = (type: ColumnType): ColumnType => type
    const { flavors, ...rest } = await readModelFolder(directory)
    expect(Object.keys(flavors).sort()).toEqual(['claims', 'python_function', 'xgboost'])
    expect(rest).toEqual({
      signature: {
        ...signature,
        inputs: [
          { name: 'age', type: 'double', required: true },
          { name: 'vehicle', type: 'string', required: false },
          { name: 'codes', type: { array: 'long' }, required: true },
          {
            name: 'place',
            type: required({
              object: [
                { name: 'zip', type: 'string', required: true },
                { name: 'x', type: 'any', required: true },
              ],
            }),
            required: true,
          },
          { name: 'counts', type: { map: { array: 'integer' } }, required: true },
        ],
      },
      inputExample: content.inputExample,
      requirements: ['mlflow==2.22.5', 'xgboost==3.2.0', 'pandas>=2'],
      artifactPath: 'model',
      runId: 'run1',
      modelId: undefined,
      modelUuid: content.modelUuid,
      mlflowVersion: '2.22.5',
      modelSizeBytes: expect.any(Number),
      utcTimeCreated: content.utcTimeCreated,
      metadata: content.metadata,
    })
  })

  test('keeps the parameters of an example beside its data', async () => {
    const directory = fresh()
    const inputExample = { kind: 'ndarray', data: [[1, 2]], params: { threshold: 0.1 } } as const
    await writeModelFolder(directory, { flavors: { own: {} }, inputExample })
    expect((await readModelFolder(directory)).inputExample).toEqual(inputExample)
  })

  test.each<[string, ModelContent, string]>([
    ['no flavour', {}, 'flavors'],
    ['a path out of the folder', { flavors: { a: {} }, files: { '../x': { bytes: '' } } }, 'files.../x'],
    ['an absolute path', { flavors: { a: {} }, files: { '/x': { bytes: '' } } }, 'files./x'],
    ['a path of its own files', { flavors: { a: {} }, files: { MLmodel: { bytes: '' } } }, 'files.MLmodel'],
    [
      'an unknown type',
      { flavors: { a: {} }, signature: { inputs: [{ name: 'a', type: JSON.parse('"int"') as 'long' }] } },
      'signature.inputs[0].type',
    ],
    [
      'names for some columns only',
      { flavors: { a: {} }, signature: { inputs: [{ type: 'long' }, { name: 'b', type: 'long' }] } },
      'signature.inputs',
    ],
    [
      'two columns of one name',
      {
        flavors: { a: {} },
        signature: {
          inputs: [
            { name: 'b', type: 'long' },
            { name: 'b', type: 'long' },
          ],
        },
      },
      'signature.inputs',
    ],
    [
      'a list as default of no list',
      { flavors: { a: {} }, signature: { params: [{ name: 'p', type: 'long', default: [1] }] } },
      'signature.params[0].default',
    ],
    [
      'rows of another length',
      { flavors: { a: {} }, inputExample: { kind: 'dataframe', columns: ['a'], data: [[1, 2]] } },
      'inputExample.data',
    ],
    ['a requirement of two lines', { flavors: { a: {} }, requirements: ['a\nb'] }, 'requirements[0]'],
    [
      'a JSON model called UBJSON',
      { xgboost: { model: { bytes: booster }, format: 'ubj', version: '3.2.0' } },
      'xgboost.model',
    ],
    [
      'a file in place of a folder',
      { flavors: { a: {} }, files: { a: { bytes: '' }, 'a/b': { bytes: '' } } },
      'files.a/b',
    ],
  ])('refuses %s and leaves nothing behind', async (_what, given, field) => {
    const directory = fresh()
    await expect(writeModelFolder(directory, given)).rejects.toMatchObject({
      code: 'invalid_argument',
      field,
    })
    expect((await readdir(root)).filter((name) => directory.endsWith(name.split('.')[0] ?? ''))).toEqual([])
  })

  test('says which file is missing', async () => {
    const files = { 'a.txt': { path: join(root, 'nowhere') } }
    await expect(writeModelFolder(fresh(), { flavors: { a: {} }, files })).rejects.toMatchObject({
      code: 'not_found',
      field: 'files.a.txt',
    })
  })

  test('touches no folder that holds something', async () => {
    const directory = fresh()
    await mkdir(directory)
    await writeModelFolder(directory, content)
    await expect(writeModelFolder(directory, content)).rejects.toMatchObject({ code: 'already_exists' })
    expect(await readdir(directory)).toContain('MLmodel')
  })
})

describe('readModelFolder', () => {
  const folderOf = async (mlModel: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
    const directory = fresh()
    await mkdir(directory)
    await writeFile(join(directory, 'MLmodel'), mlModel)
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
    return directory
  }

  test('reads the forms of older versions', async () => {
    const directory = await folderOf(
      [
        'flavors:',
        '  python_function: {env: conda.yaml, loader_module: mlflow.sklearn}',
        'signature:',
        `  inputs: '[{"name": "a", "type": "long", "optional": true}, {"name": "b", "type": "any", "required": null}]'`,
        `  params: '[{"name": "p", "dtype": "long", "default": 7, "shape": null}]'`,
        "utc_time_created: '2022-01-02 03:04:05'",
        'model_uuid: 12345678901234567890123456789e12',
      ].join('\n'),
    )
    const { signature: found, utcTimeCreated, modelUuid } = await readModelFolder(directory)
    expect(found).toEqual({
      inputs: [
        { name: 'a', type: 'long', required: false },
        { name: 'b', type: 'any', required: true },
      ],
      outputs: undefined,
      params: [{ name: 'p', type: 'long', default: 7 }],
    })
    expect(utcTimeCreated).toEqual(new Date('2022-01-02T03:04:05Z'))
    expect(modelUuid).toBe('12345678901234567890123456789e12')
  })

  test('keeps numbers of Python that JSON does not have', async () => {
    const directory = await folderOf(
      'flavors: {a: {}}\nsaved_input_example_info: {artifact_path: e.json, type: ndarray}',
      { 'e.json': '[[NaN, -Infinity, 12345678901234567890, 1.5]]' },
    )
    const { inputExample } = await readModelFolder(directory)
    expect(inputExample?.data).toEqual([['NaN', '-Infinity', '12345678901234567890', 1.5]])
  })

  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [before, name] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'])
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
  test.each<[string, string, string]>([
    ['an empty file', '', ''],
    ['a text', 'hello', ''],
    ['no flavours', 'run_id: x', 'flavors'],
    ['flavours that are a list', 'flavors: [a]', 'flavors'],
    ['broken YAML', 'flavors: {a: [', 'MLmodel'],
    ['two documents', 'flavors: {a: {}}\n---\nflavors: {a: {}}', 'MLmodel'],
    ['a name twice', 'flavors: {a: {}}\nflavors: {b: {}}', 'MLmodel'],
    ['a tag of Python', 'flavors: {a: !!python/object/apply:os.system [ls]}', 'MLmodel'],
    ['a tag of its own', 'flavors: {a: !mine {}}', 'MLmodel'],
    ['a bomb of aliases', [...bomb, 'flavors: {a: {}}'].join('\n'), 'MLmodel'],
    ['an alias within itself', 'flavors: &f {a: {b: *f}}', 'MLmodel'],
    ['deep nesting', '['.repeat(20_000), 'MLmodel'],
    ['more nesting than a parser has memory for', '['.repeat(4_000_000), 'MLmodel'],
    ['more pieces than a model has', '- a\n'.repeat(200_000), 'MLmodel'],
    ['a huge file', `flavors: {a: {}}\n# ${'x'.repeat(5 * 2 ** 20)}`, 'MLmodel'],
    ['a signature that is no JSON', 'flavors: {a: {}}\nsignature: {inputs: "[{"}', 'signature.inputs'],
    [
      'an unknown column type',
      `flavors: {a: {}}\nsignature: {inputs: '[{"type": "long"}, {"type": "int"}]'}`,
      'signature.inputs[1]',
    ],
    [
      'a tensor without shape',
      `flavors: {a: {}}\nsignature: {outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32"}}]'}`,
      'signature.outputs[0].tensor-spec.shape',
    ],
    [
      'columns and tensors',
      `flavors: {a: {}}\nsignature: {inputs: '[{"type": "long"}, {"type": "tensor", "tensor-spec": {"dtype": "f4", "shape": []}}]'}`,
      'signature.inputs',
    ],
    ['no time', 'flavors: {a: {}}\nutc_time_created: soon', 'utc_time_created'],
    ['model data that are missing', 'flavors: {a: {data: model.ubj}}', 'flavors.a.data'],
    ['model data elsewhere', 'flavors: {a: {data: ..}}', 'flavors.a.data'],
    [
      'an example elsewhere',
      'flavors: {a: {}}\nsaved_input_example_info: {artifact_path: ../x, type: ndarray}',
      'saved_input_example_info.artifact_path',
    ],
  ])('refuses %s', async (_what, mlModel, field) => {
    const found = readModelFolder(await folderOf(mlModel))
    await expect(found).rejects.toMatchObject({ code: 'invalid_model_folder', name: 'MlflowError' })
    const error: unknown = await found.catch((cause: unknown) => cause)
    expect(error).toHaveProperty('field', expect.stringContaining(field))
  })

  test('refuses a link that leads out of the folder', async () => {
    const directory = await folderOf('flavors: {a: {data: data}}')
    await symlink(root, join(directory, 'data'))
    await expect(readModelFolder(directory)).rejects.toMatchObject({
      code: 'invalid_model_folder',
      field: 'flavors.a.data',
    })
  })

  test('says that there is no model', async () => {
    await expect(readModelFolder(root)).rejects.toMatchObject({ code: 'not_found', field: 'directory' })
  })

  test('answers damaged files with a coded error or a model, and soon', async () => {
    const directory = fresh()
    await writeModelFolder(directory, content)
    const whole = await readFile(join(directory, 'MLmodel'))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.nat(whole.length - 1),
        fc.nat(255),
        async (at, cut, byte) => {
          const damaged = Buffer.from(cut > at ? whole.subarray(0, cut) : whole)
          damaged[at] = byte
          await writeFile(join(directory, 'MLmodel'), damaged)
          const outcome: unknown = await readModelFolder(directory).catch((error: unknown) => error)
          if (outcome instanceof Error) expect(outcome).toHaveProperty('code', 'invalid_model_folder')
        },
      ),
      { numRuns: 500, seed: 7 },
    )
  })
})

test('writes YAML that it reads as the same', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'yes',
      'No',
      '~',
      '<<',
      '=',
      '1e5',
      '1_0',
      '0o7',
      '12:30:45',
      '2024-01-01',
      '.',
      '-',
      '? x',
      '#',
      'null',
    ),
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(text, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ minLength: 1 }), value, { noNullPrototype: true }),
      async (given) => {
        const back = await parseYaml(await writeYaml(given), 'file')
        expect(JSON.stringify(sorted(back))).toBe(JSON.stringify(sorted(given)))
      },
    ),
    { numRuns: 1000, seed: 3 },
  )
})

function sorted(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sorted)
  if (typeof given !== 'object' || given === null) return given
  return Object.entries(given)
    .map(([name, inner]): [string, unknown] => [name, sorted(inner)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
