import type { JsonObject, JsonValue } from './json-value.ts'
import type { ColumnType, DataSchema, ModelSignature, ParamSpec, Property } from './signature.ts'

/** A signature in an MLmodel file: JSON texts. */
export interface SignatureTexts {
  readonly inputs: string | null
  readonly outputs: string | null
  readonly params: string | null
}

/**
 * Writes a valid signature as the texts of an MLmodel file.
 *
 * @param signature columns, tensors and parameters
 */
export function writeSignature({ inputs, outputs, params }: ModelSignature): SignatureTexts {
  return {
    inputs: inputs === undefined ? null : JSON.stringify(inputs.map(spec)),
    outputs: outputs === undefined ? null : JSON.stringify(outputs.map(spec)),
    params: params === undefined || params.length === 0 ? null : JSON.stringify(params.map(param)),
  }
}

function spec(one: DataSchema[number]): JsonObject {
  const name = one.name !== undefined && { name: one.name }
  if (one.type === 'tensor')
    return { ...name, type: 'tensor', 'tensor-spec': { dtype: one.dtype, shape: one.shape } }
  return { ...type(one.type), ...name, required: one.required ?? true }
}

function type(given: ColumnType): JsonObject {
  if (typeof given === 'string') return { type: given }
  if ('array' in given) return { type: 'array', items: type(given.array) }
  if ('map' in given) return { type: 'map', values: type(given.map) }
  return { type: 'object', properties: properties(given.object) }
}

function properties(given: readonly Property[]): JsonObject {
  return Object.fromEntries(
    given.map((one): [string, JsonValue] => [
      one.name,
      { ...type(one.type), required: one.required ?? true },
    ]),
  )
}

function param(one: ParamSpec): JsonObject {
  return { name: one.name, default: one.default, shape: one.shape ?? null, ...type(one.type) }
}
