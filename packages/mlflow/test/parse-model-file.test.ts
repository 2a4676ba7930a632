import { describe, expect, test } from '@jest/globals'
import { parseModelFile } from '../src/index.ts'

describe('parseModelFile', () => {
  test('reads flavours without the files beside', async () => {
    const text =
      'flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    data: model.pkl\n  sklearn: null\nmlflow_version: 3.17.0\n'
    expect(await parseModelFile(text)).toEqual({
      flavors: { python_function: { loader_module: 'mlflow.sklearn', data: 'model.pkl' }, sklearn: {} },
      mlflowVersion: '3.17.0',
    })
  })

  test.each([
    ['no YAML', 'flavors: [', 'invalid_model_folder'],
    ['no flavour', 'flavors: {}', 'invalid_model_folder'],
    ['a tag of Python', 'flavors: !!python/object:os.system {}', 'invalid_model_folder'],
  ])('refuses %s', async (_, text, code) => {
    await expect(parseModelFile(text)).rejects.toMatchObject({ code })
  })
})
