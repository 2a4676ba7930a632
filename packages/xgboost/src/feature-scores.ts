import { readFeatures } from './booster-features.ts'
import { XGBoostError } from './errors.ts'
import type { NativeModel } from './native/native-model.ts'
import { readFloats, readStrings, readUint64s } from './native/native-memory.ts'

/** What a feature's score counts: splits, mean or summed gain, mean or summed cover. */
export type FeatureScoreKind = 'weight' | 'gain' | 'totalGain' | 'cover' | 'totalCover'

const SCORE_NAMES: Readonly<Record<FeatureScoreKind, string>> = Object.freeze({
  weight: 'weight',
  gain: 'gain',
  totalGain: 'total_gain',
  cover: 'cover',
  totalCover: 'total_cover',
})

/** The scores of the features that the model uses, by name; several for a linear model with several outputs. */
export function readFeatureScores(model: NativeModel, kind: FeatureScoreKind): Map<string, Float32Array> {
  if (!Object.hasOwn(SCORE_NAMES, kind))
    throw new XGBoostError(
      'invalid_parameter',
      `kind must be one of ${Object.keys(SCORE_NAMES).join(', ')}; got ${JSON.stringify(kind)}`,
    )
  const own = readFeatures(model, 'feature_name') ?? []
  // Not every version reads every escape in JSON, so it is given plain names where there is one.
  const plain = own.some((name) => JSON.stringify(name) !== `"${name}"`)
  const config = JSON.stringify({
    importance_type: SCORE_NAMES[kind],
    feature_names: plain ? own.map((_, index) => `f${index}`) : own,
  })
  const out = new BigUint64Array(5)
  const places = [0, 1, 2, 3, 4].map((at) => out.subarray(at, at + 1))
  const [count, names, dimensions, shape, scores] = places
  const { library, pointer } = model
  library.check(
    library.native.boosterFeatureScore(
      pointer,
      config,
      count ?? null,
      names ?? null,
      dimensions ?? null,
      shape ?? null,
      scores ?? null,
    ),
    'invalid_parameter',
  )
  const features = readStrings(out[1] ?? 0n, Number(out[0]))
  const size = readUint64s(out[3] ?? 0n, Number(out[2])).reduce((product, length) => product * length, 1)
  const values = readFloats(out[4] ?? 0n, size)
  const outputs = features.length === 0 ? 0 : size / features.length
  return new Map(
    features.map((feature, index) => [
      plain ? (own[Number(feature.slice(1))] ?? feature) : feature,
      values.slice(index * outputs, (index + 1) * outputs),
    ]),
  )
}
