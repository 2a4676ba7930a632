import { posix } from 'node:path'
import { z } from 'zod'
import { signatureSchema } from './signature-schemas.ts'

const line = z.string().regex(/^[^\r\n]+$/, 'must be one line')
const version = z.string().regex(/^\d+(?:\.\d+)+[\w.+-]*$/, 'must be a version, such as "3.2.0"')
const object = z.record(z.string().min(1), z.json())
const params = object.optional()
const source = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ bytes: z.union([z.instanceof(Uint8Array), z.string()]) }),
])
/** Files that are written from the rest. */
const reserved = [
  'MLmodel',
  'requirements.txt',
  'conda.yaml',
  'python_env.yaml',
  'input_example.json',
  'serving_input_example.json',
]
const inside = z
  .string()
  .min(1)
  .refine(
    (path) =>
      posix.normalize(path) === path &&
      !/^\/|\/$|^\.\.?(?:\/|$)|[\\\0]|^[A-Za-z]:/.test(path) &&
      !reserved.includes(path),
    `must be a path in the model folder with "/", without "..", and none of ${reserved.join(', ')}`,
  )
const example = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('dataframe'),
      columns: z.array(z.string()).optional(),
      data: z.array(z.array(z.json())).min(1, 'must have a row'),
      params,
    })
    .refine(({ columns, data }) => data.every((row) => row.length === (columns ?? data[0])?.length), {
      path: ['data'],
      error: 'must have rows as long as the columns',
    }),
  z.strictObject({ kind: z.literal('ndarray'), data: z.json(), params }),
  z.strictObject({ kind: z.literal('json_object'), data: z.json(), params }),
])

const identity = {
  modelUuid: line.optional(),
  modelId: line.optional(),
  runId: line.optional(),
  artifactPath: line.optional(),
  mlflowVersion: version.optional(),
  utcTimeCreated: z.date().optional(),
}

/** What `writeModelFolder` takes. */
export const contentSchema = z
  .strictObject({
    xgboost: z
      .strictObject({
        model: source,
        format: z.enum(['ubj', 'json']),
        version,
        modelClass: z
          .string()
          .regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/, 'must be a Python class with its module')
          .optional(),
      })
      .optional(),
    flavors: z
      .record(z.string().regex(/^[\w-]+$/, 'must be letters, digits, "_" and "-"'), object)
      .optional(),
    files: z.record(inside, source).optional(),
    signature: signatureSchema.optional(),
    inputExample: example.optional(),
    requirements: z.array(line).optional(),
    pythonVersion: version.optional(),
    metadata: object.optional(),
    ...identity,
  })
  .refine(({ xgboost, flavors }) => xgboost !== undefined || Object.keys(flavors ?? {}).length > 0, {
    path: ['flavors'],
    error: 'must name a flavour',
  })
  .refine(({ xgboost, files }) => xgboost === undefined || files?.[`model.${xgboost.format}`] === undefined, {
    path: ['files'],
    error: 'must not name the file of the XGBoost model',
  })
