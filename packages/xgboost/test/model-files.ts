import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Booster, DMatrix, XGBoostError } from '@claims/xgboost'
import type { XGBoostLibrary } from '@claims/xgboost'

/** What a version of Python's xgboost answered to a model. */
type Answer =
  | { readonly margins: readonly number[]; readonly values: readonly number[] }
  | { readonly refused: string }
  | { readonly crashed: number }

interface Entry {
  /** Base64 of the gzipped file. */
  readonly model: string
  readonly answers: readonly Answer[]
  /** Which answer each version gave. */
  readonly readers: Readonly<Record<string, number>>
}

const reference = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/xgboost-models.json', import.meta.url), 'utf8'),
) as { rows: number; columns: number; models: Record<string, Entry> }

/** A model file, saved by a version of Python's xgboost. */
export interface ModelFile {
  readonly version: string
  readonly format: 'json' | 'ubj' | 'bin'
  readonly kind: string
  readonly bytes: Uint8Array
  /** What Python answers with the given version of the library; absent for versions that were not asked. */
  readonly python: (version: string) => Answer | undefined
}

/** The files of tooling/reference/xgboost-models.py. */
export const modelFiles: readonly ModelFile[] = Object.entries(reference.models).map(([key, entry]) => {
  const [version = '', format = '', ...kind] = key.split(' ')
  return {
    version,
    format: format as ModelFile['format'],
    kind: kind.join(' '),
    bytes: new Uint8Array(gunzipSync(Buffer.from(entry.model, 'base64'))),
    python: (reader) => entry.answers[entry.readers[reader] ?? -1],
  }
})

/** The rows that were predicted: the data of the script, the last column as codes of categories or numbers. */
const rowsOf = (kind: string): Float32Array => {
  const { rows, columns } = reference
  const all = 80
  const x = new Float32Array(all * columns)
  let state = 1
  for (let at = 0; at < x.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    x[at] = state / 0x80000000
  }
  const words = ['zwei', 'a', 'größer', '', 'drei']
  // pandas orders categories by code point.
  const sorted = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (let row = 0; row < all; row += 1) {
    const code = Math.floor((x[row * columns + 3] ?? 0) * 5)
    x[row * columns + 3] = kind === 'named categories' ? sorted.indexOf(words[code] ?? '') : code
    if (row % 7 === 0) x[row * columns + 1] = Number.NaN
  }
  return x.subarray(0, rows * columns)
}

const sameBits = (found: Float32Array | undefined, wanted: readonly number[]): boolean =>
  found?.length === wanted.length && found.every((value, at) => Object.is(value, wanted[at]))

/**
 * What this package says of a file: `same` for Python's bits, `other` for other bits, or the code of the refusal with
 * its message.
 */
export function outcomeOf(file: ModelFile, library: XGBoostLibrary): { what: string; message: string } {
  try {
    using booster = Booster.fromBuffer(file.bytes, { library, params: { nthread: 1 } })
    const { rows, columns } = reference
    const x = rowsOf(file.kind)
    const wanted = file.python(library.version)
    // Python was asked for a matrix, in which dart rounds in another order than in place.
    const asMatrix = file.kind === 'dart' || file.kind === 'no trees'
    using matrix = asMatrix ? DMatrix.fromDense(x, { rows, columns, nthread: 1, library }) : undefined
    const [margins, values] = [true, false].map((outputMargin) =>
      booster.predict(matrix ?? x, matrix ? { outputMargin } : { rows, columns, outputMargin }),
    )
    const same =
      wanted !== undefined &&
      'margins' in wanted &&
      sameBits(margins, wanted.margins) &&
      sameBits(values, wanted.values)
    return { what: same ? 'same' : 'other', message: '' }
  } catch (error) {
    if (!(error instanceof XGBoostError)) throw error
    return { what: error.code, message: error.message }
  }
}
