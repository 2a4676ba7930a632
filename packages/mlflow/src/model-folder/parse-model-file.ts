import { check } from './check.ts'
import type { JsonObject } from './json-value.ts'
import { parseYaml } from './safe-yaml.ts'

/** What an MLmodel file says by itself, without the files beside it. */
export interface ModelFileText {
  /** By flavour, such as `xgboost`: its settings. Paths in them were not looked at. */
  readonly flavors: Readonly<Record<string, JsonObject>>
  readonly mlflowVersion?: string | undefined
}

/**
 * Reads the text of an MLmodel file, for who has not the folder around it.
 *
 * @param text YAML as Python or `writeModelFolder` wrote it
 * @throws MlflowError `invalid_model_folder` with the field at fault
 */
export async function parseModelFile(text: string): Promise<ModelFileText> {
  const { modelSchema } = await import('./model-schema.ts')
  const failure = { code: 'invalid_model_folder', place: 'MLmodel' } as const
  const { flavors, mlflow_version: mlflowVersion } = check(
    modelSchema,
    await parseYaml(text, 'MLmodel'),
    failure,
  )
  return {
    flavors: Object.fromEntries(Object.entries(flavors).map(([name, flavor]) => [name, flavor ?? {}])),
    mlflowVersion: mlflowVersion ?? undefined,
  }
}
