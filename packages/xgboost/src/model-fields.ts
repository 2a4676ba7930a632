import { XGBoostError } from './errors.ts'
import { parseJsonModel } from './json-model.ts'
import { parseUbjson } from './ubjson.ts'
import type { ModelValue } from './ubjson.ts'

/** The error of a model that contradicts itself. */
export const invalid = (problem: string): XGBoostError =>
  new XGBoostError('invalid_model', `the model is damaged: ${problem}`)

/** Reads a model in JSON or UBJSON. Throws `invalid_model` for anything else. */
export const parseModel = (bytes: Uint8Array): ModelValue => {
  if (!ArrayBuffer.isView(bytes)) throw new XGBoostError('invalid_model', 'a model is read from a Uint8Array')
  if (bytes[0] !== 0x7b) throw foreign(bytes)
  const second = String.fromCharCode(bytes[1] ?? 0)
  return /["\s}]/.test(second) ? parseJsonModel(bytes) : parseUbjson(bytes)
}

/** The booster's parameters in the binary format, which the name of the objective follows. */
const BINARY_PARAMETERS = 136

const foreign = (bytes: Uint8Array): XGBoostError => {
  const begin = new TextDecoder('latin1').decode(bytes.subarray(0, BINARY_PARAMETERS + 64))
  const at = begin.startsWith('binf') ? BINARY_PARAMETERS + 4 : BINARY_PARAMETERS
  if (!/^[\s\S]\0{7}(?:binary|count|multi|rank|reg|survival):/.test(begin.slice(at)))
    return new XGBoostError('invalid_model', 'no XGBoost model: neither JSON nor UBJSON')
  return new XGBoostError(
    'model_unsupported',
    'the model is in the binary format of XGBoost before 3.1, which is not read; Python with XGBoost 1.7 to 3.0 reads it and saves it as JSON: Booster(model_file=...).save_model("model.json")',
  )
}

/** A value for a message: at most 100 characters of it. */
export const shown = (value: ModelValue | undefined): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'object')
    return Array.isArray(value) || ArrayBuffer.isView(value) ? 'a list' : 'an object'
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value)
}

const isObject = (value: ModelValue | undefined): value is Readonly<Record<string, ModelValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** The named field of an object, which must be there. */
export const field = (value: ModelValue, key: string): ModelValue => {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  if (found === undefined) throw invalid(`${key} is missing`)
  return found
}

/** The named field of an object, when it is there. */
export const optionalField = (value: ModelValue, key: string): ModelValue | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** A field that holds text. */
export const text = (value: ModelValue, key: string): string => {
  const found = field(value, key)
  if (typeof found !== 'string') throw invalid(`${key} is no text`)
  return found
}

/** A field whose text is a whole number, as the library writes its parameters. */
export const count = (value: ModelValue, key: string): number => {
  const found = text(value, key)
  if (!/^\d{1,9}$/.test(found)) throw invalid(`${key} is ${shown(found)}`)
  return Number(found)
}

/** {@link count}, or 0 when the field is absent. */
export const optionalCount = (value: ModelValue, key: string): number =>
  optionalField(value, key) === undefined ? 0 : count(value, key)

/** How many values a list holds; absent for what is no list. */
export const lengthOf = (value: ModelValue): number | undefined =>
  typeof value === 'object' && value !== null && (Array.isArray(value) || ArrayBuffer.isView(value))
    ? (value as ArrayLike<ModelValue>).length
    : undefined

/** A field that holds a list or a typed array. */
export const list = (value: ModelValue, key: string): ArrayLike<ModelValue> => {
  const found = field(value, key)
  if (typeof found !== 'object' || found === null || !('length' in found) || typeof found.length !== 'number')
    throw invalid(`${key} is no list`)
  return Array.isArray(found) || ArrayBuffer.isView(found) ? found : []
}

/** Whole numbers within [least, greatest]; `length` of them when given. */
export const indices = (
  value: ModelValue,
  key: string,
  [least, greatest, length]: [number, number, number?],
): Float64Array => {
  const found = list(value, key)
  if (length !== undefined && found.length !== length)
    throw invalid(`${key} holds ${found.length} values, not ${length}`)
  const numbers = isNumberList(found) ? new Float64Array(found) : Float64Array.from(found, wholeNumber)
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] ?? Number.NaN
    if (Math.trunc(number) === number && number >= least && number <= greatest) continue
    throw invalid(`${key}[${index}] is ${shown(found[index])}, outside ${least} to ${greatest}`)
  }
  return numbers
}

const isNumberList = (found: ArrayLike<ModelValue>): found is ArrayLike<number> & ArrayBufferView =>
  ArrayBuffer.isView(found)

const wholeNumber = (item: ModelValue): number =>
  typeof item === 'number' || typeof item === 'boolean' ? Number(item) : Number.NaN

/** `length` numbers as 32-bit floats; null is NaN. */
export const floats = (value: ModelValue, key: string, length: number): Float32Array => {
  const found = list(value, key)
  if (found.length !== length) throw invalid(`${key} holds ${found.length} values, not ${length}`)
  if (found instanceof Float32Array) return found
  const numbers = new Float32Array(length)
  for (let index = 0; index < length; index += 1) {
    const item = found[index]
    if (typeof item !== 'number' && item !== null) throw invalid(`${key}[${index}] is no number`)
    numbers[index] = item ?? Number.NaN
  }
  return numbers
}
