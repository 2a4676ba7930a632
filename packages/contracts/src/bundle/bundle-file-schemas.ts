import type { z } from 'zod'
import { evaluationSchema } from '../evaluation.ts'
import { manifestSchema } from '../manifest.ts'
import { policySchema } from '../policy.ts'
import { seenValuesSchema } from '../seen-values.ts'
import { calibratorFileSchema } from './calibrator-file.ts'
import { boostingFileSchema, logisticRegressionFileSchema } from './model-files.ts'
import { pipelineFileSchema } from './pipeline-file.ts'
import { referenceProfileSchema } from './reference-profile.ts'

/**
 * The schema of every JSON file that a bundle of this product may hold, by its name in the bundle. Beside them stand
 * `model/xgboost.ubj`, `training-rows.bin` (`trainingRowsLayout`), `test-predictions.bin` (`testPredictionsLayout`),
 * `report.html` and `model-card.md`.
 */
export const bundleFileSchemas: Readonly<Record<string, z.ZodType>> = Object.freeze({
  'manifest.json': manifestSchema,
  'pipeline.json': pipelineFileSchema,
  'policy.json': policySchema,
  'evaluation.json': evaluationSchema,
  'seen-values.json': seenValuesSchema,
  'reference-profile.json': referenceProfileSchema,
  'model/calibrator.json': calibratorFileSchema,
  'model/xgboost.json': boostingFileSchema,
  'model/logistic-regression.json': logisticRegressionFileSchema,
})

/**
 * Checks what is about to be written into a bundle: it fits the schema of its file, and no key is one that the schema
 * does not know. Readers are lenient, so that this is where a slip shows.
 *
 * @param name of the file in the bundle
 * @param value its content
 * @returns the content
 * @throws TypeError a defect of the writer, naming the place
 * @example
 * await writeFile(path, canonicalJson(requireBundleFile('policy.json', policy)))
 */
export function requireBundleFile<T>(name: string, value: T): T {
  const schema = Object.hasOwn(bundleFileSchemas, name) ? bundleFileSchemas[name] : undefined
  if (schema === undefined) throw new TypeError(`No schema describes ${name}`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new TypeError(`${name} cannot be written: ${issue?.path.map(String).join('.')} ${issue?.message}`)
  }
  const unknown = unknownKey(value, parsed.data)
  if (unknown !== null) throw new TypeError(`${name} cannot be written: its schema does not know ${unknown}`)
  return value
}

/** Place of the first key that a value has and its parsed form lacks. */
function unknownKey(value: unknown, parsed: unknown): string | null {
  if (typeof value !== 'object' || value === null || typeof parsed !== 'object' || parsed === null)
    return null
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    if (!Object.hasOwn(parsed, key)) return key
    const below = unknownKey(inner, Reflect.get(parsed, key))
    if (below !== null) return `${key}.${below}`
  }
  return null
}
