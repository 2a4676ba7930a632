import { countFeatures, readFeatures } from './booster-features.ts'
import { XGBoostError } from './errors.ts'
import { writeModel } from './model-file.ts'
import { requireReadable } from './readable-model.ts'
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
  if (requireReadable(writeModel(model, 'ubj'), model.library).depth > MOST_DUMPED_LEVELS)
    throw new XGBoostError(
      'model_unsupported',
      `a tree is deeper than ${MOST_DUMPED_LEVELS} levels, which the library cannot print; use trees()`,
    )
  const names = readFeatures(model, 'feature_name')
  const types = readFeatures(model, 'feature_type')
  const named = names ?? (types && numbered(types.length))
  if (format !== 'json') return dumped(model, { format, withStats, names: named, types })
  // Not every version escapes names, so the library is given plain ones.
  const plain = named?.some((name) => JSON.stringify(name) !== `"${name}"`) ?? false
  return dumped(model, { format, withStats, names: plain ? numbered(named?.length ?? 0) : named, types }).map(
    (tree) => asJson(plain ? withNames(tree, named ?? []) : tree),
  )
}

/** Deeper trees use up the stack of the library, which prints by recursion. */
const MOST_DUMPED_LEVELS = 512

const numbered = (length: number): string[] => Array.from({ length }, (_, index) => `f${index}`)

const withNames = (tree: string, names: readonly string[]): string =>
  tree.replace(
    /("split": ?)"f(\d+)"/g,
    (_, key: string, index: string) => `${key}${JSON.stringify(names[Number(index)] ?? '')}`,
  )

/** JSON has no words for what is not finite: a number too large for it is infinite to readers, null is no number. */
const asJson = (tree: string): string =>
  tree.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:inf(?:inity)?|nan)\b/gi, (found) => {
    if (found.startsWith('"')) return found
    if (/nan$/i.test(found)) return 'null'
    return found.startsWith('-') ? '-1e999' : '1e999'
  })

const dumped = (
  model: NativeModel,
  {
    format,
    withStats,
    names,
    types,
  }: Required<DumpOptions> & {
    readonly names: readonly string[] | undefined
    readonly types: readonly string[] | undefined
  },
): string[] => {
  const { library, pointer } = model
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  const statistics = withStats ? 1 : 0
  const status = names
    ? library.native.boosterDumpModelWithFeatures(
        pointer,
        countFeatures(model),
        names,
        types ?? names.map(() => 'q'),
        statistics,
        format,
        length,
        out,
      )
    : library.native.boosterDumpModel(pointer, '', statistics, format, length, out)
  library.check(status, 'native')
  return readStrings(out[0] ?? 0n, Number(length[0]))
}
