import { z } from 'zod'
import type { JsonValue } from './json-value.ts'
import type {
  ColumnSpec,
  ColumnType,
  DataSchema,
  ModelSignature,
  ParamSpec,
  Property,
  TensorSpec,
} from './signature.ts'

const dataType = z.enum(['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime'])
const plain = z.union([dataType, z.enum(['any', 'sparkml_vector'])])
const json: z.ZodType<JsonValue> = z.json()
const name = z.string().min(1, 'must not be empty')
const required = z.boolean().optional()
const numpyType = z
  .string()
  .regex(/^[a-z][a-z0-9_[\]]*$/i, 'must be the name of a NumPy type, such as "float32"')
const size = z.int().min(-1)
const tensorShape = z.array(size)
const listShape = z.tuple([z.literal(-1)])

const property: z.ZodType<Property> = z.lazy(() => z.strictObject({ name, type: columnType, required }))
const objectType = z.strictObject({ object: z.array(property).min(1, 'must have a property') })
const columnType: z.ZodType<ColumnType> = z.lazy(() =>
  z.union(
    [
      dataType,
      z.enum(['any', 'sparkml_vector']),
      objectType,
      z.strictObject({ array: columnType }),
      z.strictObject({ map: columnType }),
    ],
    `must be ${dataType.options.join(', ')}, any, sparkml_vector, { array }, { map } or { object }`,
  ),
)
const column = z.strictObject({ name: name.optional(), type: columnType, required })
const tensor = z.strictObject({
  name: name.optional(),
  type: z.literal('tensor'),
  dtype: numpyType,
  shape: tensorShape,
})
const param: z.ZodType<ParamSpec> = z
  .strictObject({
    name,
    type: z.union([dataType.exclude(['binary']), objectType]),
    default: json,
    shape: listShape.optional(),
  })
  .refine(({ shape, default: value }) => (shape !== undefined) === Array.isArray(value), {
    path: ['default'],
    error: 'must be a list where the shape is [-1], and no list elsewhere',
  })

const names = (specs: readonly { readonly name?: string | undefined }[]): string[] =>
  specs.flatMap((spec) => (spec.name === undefined ? [] : [spec.name]))
const unique = (specs: readonly { readonly name?: string | undefined }[]): boolean =>
  new Set(names(specs)).size === names(specs).length

/** What MLflow requires of the columns or tensors together. */
function together(specs: readonly (ColumnSpec | TensorSpec)[], context: z.RefinementCtx): DataSchema {
  const tensors = specs.flatMap((spec) => (spec.type === 'tensor' ? [spec] : []))
  const columns = specs.flatMap((spec) => (spec.type === 'tensor' ? [] : [spec]))
  const named = names(specs).length
  if (specs.length === 0) context.addIssue('must not be empty')
  if (tensors.length > 0 && columns.length > 0) context.addIssue('must be columns or tensors, not both')
  if (named > 0 && named < specs.length) context.addIssue('must all have a name, or none')
  if (named === 0 && tensors.length > 1) context.addIssue('must have names where there are several tensors')
  if (named === 0 && columns.some(({ required: must }) => must === false))
    context.addIssue('must have names where one may be left out')
  return tensors.length > 0 ? tensors : columns
}

const dataSchema: z.ZodType<DataSchema> = z
  .array(z.union([column, tensor]))
  .refine(unique, 'must have different names')
  .transform(together)

/** A signature as this package gives and takes it. */
export const signatureSchema: z.ZodType<ModelSignature> = z.strictObject({
  inputs: dataSchema.optional(),
  outputs: dataSchema.optional(),
  params: z.array(param).refine(unique, 'must have different names').optional(),
})

const wireProperty = z.lazy(() => wireType.and(z.looseObject({ required })))
/** MLflow's form of a type; nested in the column, the property or the element itself. */
const wireType: z.ZodType<{ type: ColumnType }> = z.lazy(() =>
  z.union([
    z.object({ type: plain }),
    z
      .object({ type: z.literal('array'), items: wireType })
      .transform(({ items }) => ({ type: { array: items.type } })),
    z
      .object({ type: z.literal('map'), values: wireType })
      .transform(({ values }) => ({ type: { map: values.type } })),
    wireObject,
  ]),
)
const wireObject = z.lazy(() =>
  z
    .object({ type: z.literal('object'), properties: z.record(z.string(), wireProperty) })
    .transform(({ properties }) => ({
      type: {
        object: Object.entries(properties).map(([name, { type, required = true }]) => ({
          name,
          type,
          required,
        })),
      },
    })),
)
const wireName = z.object({ name: name.nullish() })
const named = (given: string | null | undefined): { name?: string } =>
  typeof given === 'string' ? { name: given } : {}
const wireTensor = z
  .object({
    name: name.nullish(),
    type: z.literal('tensor'),
    'tensor-spec': z.object({ dtype: z.string(), shape: tensorShape }),
  })
  .transform(({ name: given, 'tensor-spec': spec }) => ({
    ...named(given),
    type: 'tensor' as const,
    ...spec,
  }))
/** Old versions said `optional` instead of `required`. */
const wireColumn = z
  .intersection(wireType, wireName.extend({ required: z.boolean().nullish(), optional: required }))
  .transform((column): ColumnSpec => ({
    ...named(column.name),
    type: column.type,
    required: column.required ?? column.optional !== true,
  }))
/** Old versions said `dtype` instead of `type`. */
const wireParam = z.preprocess(
  (given) => (isRecord(given) && given['type'] === undefined ? { ...given, type: given['dtype'] } : given),
  z
    .intersection(
      z.union([z.object({ type: dataType }), wireObject]),
      z.object({ name, default: json, shape: listShape.nullish() }),
    )
    .transform(({ name: given, type, default: value, shape }): ParamSpec => ({
      name: given,
      type,
      default: value,
      ...(shape && { shape: [-1] }),
    })),
)

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

/** Columns or tensors, in the form of an MLmodel file once its JSON is parsed. */
export const wireDataSchema: z.ZodType<DataSchema> = z
  .array(z.union([wireTensor, wireColumn]))
  .transform(together)
/** Parameters, in the form of an MLmodel file once its JSON is parsed. */
export const wireParams: z.ZodType<ParamSpec[]> = z.array(wireParam)
