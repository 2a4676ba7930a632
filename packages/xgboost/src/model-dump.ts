import { countFeatures, readFeatures } from './booster-features.ts'
import { XGBoostError } from './errors.ts'
import type { NativeModel } from './native/native-model.ts'
import { readStrings } from './native/native-memory.ts'

/** How {@link dumpModel} writes. */
export interface DumpOptions {
  /** Text, JSON, or a graph in the DOT language. Default `text`. */
  readonly format?: 'text' | 'json' | 'dot'
  /** Whether to write gain and cover. Default false. */
  readonly withStats?: boolean
}

const FORMATS: readonly string[] = ['text', 'json', 'dot']

/** One text per tree, for people to read; features by name where the model has names. */
export function dumpModel(
  model: NativeModel,
  { format = 'text', withStats = false }: DumpOptions = {},
): string[] {
  if (!FORMATS.includes(format))
    throw new XGBoostError(
      'invalid_parameter',
      `format must be one of ${FORMATS.join(', ')}; got ${JSON.stringify(format)}`,
    )
  const { library, pointer } = model
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  const statistics = withStats ? 1 : 0
  const names = readFeatures(model, 'feature_name')
  const types = readFeatures(model, 'feature_type')
  const features = names ?? (types && Array.from(types.keys(), (index) => `f${index}`))
  const status = features
    ? library.native.boosterDumpModelWithFeatures(
        pointer,
        countFeatures(model),
        features,
        types ?? features.map(() => 'q'),
        statistics,
        format,
        length,
        out,
      )
    : library.native.boosterDumpModel(pointer, '', statistics, format, length, out)
  library.check(status, 'native')
  return readStrings(out[0] ?? 0n, Number(length[0]))
}
