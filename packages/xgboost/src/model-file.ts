import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { readAttributes, writeAttribute } from './booster-attributes.ts'
import { readFeatures, writeFeatures } from './booster-features.ts'
import type { ModelTraits } from './check-model.ts'
import { XGBoostError } from './errors.ts'
import type { NativeModel } from './native/native-model.ts'
import { readBytes } from './native/native-memory.ts'
import { modelRefusal } from './readable-model.ts'

/** How a model is written: UBJSON (small, quick) or JSON. */
export type ModelFormat = 'ubj' | 'json'

/** The model as bytes. */
export function writeModel({ library, pointer }: NativeModel, format: ModelFormat): Uint8Array {
  const formats: readonly string[] = ['ubj', 'json']
  if (!formats.includes(format))
    throw new XGBoostError('invalid_parameter', `format must be ubj or json; got ${format}`)
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  library.check(
    library.native.boosterSaveModelToBuffer(pointer, `{"format":"${format}"}`, length, out),
    'native',
  )
  return readBytes(out[0] ?? 0n, Number(length[0]))
}

/** Reads checked bytes into a booster. Throws `invalid_model`, or `library_unsupported` for a later version's model. */
export function loadModel({ library, pointer }: NativeModel, bytes: Uint8Array, traits: ModelTraits): void {
  const status = library.native.boosterLoadModelFromBuffer(pointer, bytes, bytes.length)
  if (status !== 0)
    throw modelRefusal(library.failure('invalid_model', library.native.getLastError()), traits, library)
  restoreTexts({ library, pointer }, traits)
}

/** Gives a loaded model the texts that its file holds: the library takes `\\u0041` in JSON for six characters. */
export function restoreTexts(model: NativeModel, { texts }: ModelTraits): void {
  const { featureNames, attributes } = texts
  const loaded = featureNames.length === 0 ? undefined : readFeatures(model, 'feature_name')
  if (loaded?.some((name, index) => name !== featureNames[index]) && !featureNames.some(holdsNul))
    writeFeatures(model, 'feature_name', featureNames)
  const own = new Map(attributes.length === 0 ? [] : Object.entries(readAttributes(model)))
  for (const [key, value] of attributes) {
    if (own.get(key) !== value && key !== '' && !holdsNul(key) && !holdsNul(value))
      writeAttribute(model, key, value)
    own.delete(key)
  }
  for (const key of own.keys()) if (key !== '') writeAttribute(model, key, undefined)
}

/** The library's texts end there. */
const holdsNul = (text: string): boolean => text.includes('\0')

/** The format that a file's name asks for. */
export function formatOf(path: string): ModelFormat {
  const format = /\.(ubj|json)$/.exec(path)?.[1]
  if (format === 'ubj' || format === 'json') return format
  throw new XGBoostError('invalid_parameter', `a model file ends in .ubj or .json; got ${path}`)
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
