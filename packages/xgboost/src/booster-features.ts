import type { NativeModel } from './native/native-model.ts'
import { readStrings } from './native/native-memory.ts'

/** What a model keeps of each feature. */
export type FeatureField = 'feature_name' | 'feature_type'

/** The number of features that a model was trained on. */
export function countFeatures({ library, pointer }: NativeModel): number {
  const out = new BigUint64Array(1)
  library.check(library.native.boosterGetNumFeature(pointer, out), 'native')
  return Number(out[0])
}

/** Names or types of the features; absent when the model has none. */
export function readFeatures(
  { library, pointer }: NativeModel,
  name: FeatureField,
): readonly string[] | undefined {
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  library.check(library.native.boosterGetFeatureInfo(pointer, name, length, out), 'native')
  return length[0] === 0n ? undefined : readStrings(out[0] ?? 0n, Number(length[0]))
}

/** Sets names or types of the features. */
export function writeFeatures(
  { library, pointer }: NativeModel,
  name: FeatureField,
  values: readonly string[],
): void {
  library.check(
    library.native.boosterSetFeatureInfo(pointer, name, values, values.length),
    'invalid_parameter',
  )
}
