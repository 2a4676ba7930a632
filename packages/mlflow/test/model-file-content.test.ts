import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modelFileContent, readModelFolder, writeModelFolder } from '@claims/mlflow'
import { expect, test } from '@jest/globals'

test('a file of XGBoost is one that Python loads', () => {
  const model = { path: 'model.ubj' }
  expect(modelFileContent({ flavour: 'xgboost', model, format: 'ubj', version: '3.2.0' })).toEqual({
    xgboost: { model, format: 'ubj', version: '3.2.0' },
  })
})

test('a file of another form lies in the folder and is described', async () => {
  const root = await mkdtemp(join(tmpdir(), 'claims-model-file-'))
  const file = join(root, 'own.onnx')
  await writeFile(file, 'graph')
  const folder = join(root, 'model')
  const content = modelFileContent({
    flavour: 'onnx',
    model: { path: file },
    format: 'onnx',
    version: '1.19.0',
  })
  await writeModelFolder(folder, content)
  const { flavors } = await readModelFolder(folder)
  expect(flavors['onnx']).toEqual({ data: 'model.onnx', format: 'onnx', version: '1.19.0' })
  expect(await readFile(join(folder, 'model.onnx'), 'utf8')).toBe('graph')
  await rm(root, { recursive: true })
})
