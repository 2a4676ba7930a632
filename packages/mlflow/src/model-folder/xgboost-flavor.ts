import { open } from 'node:fs/promises'
import { MlflowError } from '../errors.ts'
import type { JsonObject } from './json-value.ts'
import type { XgboostModel } from './model-folder.ts'

/**
 * The flavours by which Python loads an XGBoost model.
 *
 * @param model how it was saved
 * @param pythonVersion such as `3.11`
 */
export function xgboostFlavors(
  { format, version, modelClass = 'xgboost.core.Booster' }: XgboostModel,
  pythonVersion: string,
): Readonly<Record<string, JsonObject>> {
  const data = `model.${format}`
  return {
    python_function: {
      data,
      env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
      loader_module: 'mlflow.xgboost',
      python_version: pythonVersion,
    },
    xgboost: { code: null, data, model_class: modelClass, model_format: format, xgb_version: version },
  }
}

/**
 * Requires that a file begins as its format does, because XGBoost goes by the file's name and fails late.
 *
 * @throws MlflowError `invalid_argument`
 */
export async function checkXgboostModel(path: string, format: 'ubj' | 'json'): Promise<void> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    const begins = format === 'ubj' ? /^\{[LlIiU]/ : /^\s*\{\s*"/
    if (!begins.test(start))
      throw new MlflowError(
        'invalid_argument',
        `xgboost.model: it does not begin as a "${format}" model does`,
        {
          field: 'xgboost.model',
        },
      )
  } finally {
    await file.close()
  }
}
