import { Disposables } from './disposables.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { field, optionalField } from './model-fields.ts'
import { NativeHandle } from './native/native-handle.ts'
import { outputsOf } from './check-model.ts'
import { Predictor } from './predictor.ts'
import type { ModelValue } from './ubjson.ts'

/**
 * Asks the library for the margins with which a model begins: they depend on the objective, on the version, which keeps
 * base scores within bounds of its own, and in the last bit on the machine's logarithm. A model of the same objective
 * and base scores whose trees add nothing (one leaf of -0 for each output) predicts just these.
 *
 * @param model a parsed and checked `gbtree` model
 * @param library the library that predicts it
 * @returns 32-bit numbers, one per output
 * @throws XGBoostError `model_unsupported` where the library does not read that model
 */
export function readBaseMargins(model: ModelValue, library: XGBoostLibrary): Float64Array {
  const { native } = library
  const out = new BigUint64Array(1)
  library.check(native.boosterCreate(null, 0, out), 'native')
  const owned = new Disposables()
  try {
    const handle = owned.use(
      new NativeHandle('Booster', out[0] ?? 0n, (pointer) => void native.boosterFree(pointer)),
    )
    for (const [name, value] of [
      ['nthread', '1'],
      ['verbosity', String(library.settings.verbosity)],
    ] as const)
      library.check(native.boosterSetParam(handle.pointer, name, value), 'native')
    const bytes = new TextEncoder().encode(withoutTrees(model))
    library.check(native.boosterLoadModelFromBuffer(handle.pointer, bytes, bytes.length), 'model_unsupported')
    const predictor = owned.use(
      new Predictor({
        library,
        features: 1,
        featureNames: undefined,
        rounds: 1,
        inPlace: true,
        threaded: false,
        objective: '',
        trees: () => undefined,
      }),
    )
    const margins = predictor.value(handle.pointer, Float32Array.of(Number.NaN), {
      rows: 1,
      columns: 1,
      outputMargin: true,
    })
    const outputs = outputsOf(field(field(model, 'learner'), 'learner_model_param'))
    if (margins.length !== outputs)
      throw new XGBoostError(
        'model_unsupported',
        `the library gives ${margins.length} margins, not ${outputs}`,
      )
    return Float64Array.from(margins)
  } finally {
    owned.dispose()
  }
}

const withoutTrees = (model: ModelValue): string => {
  const learner = field(model, 'learner')
  const parameters = field(learner, 'learner_model_param')
  const outputs = outputsOf(parameters)
  const tree = (id: number): string =>
    `{"id":${id},"tree_param":{"num_deleted":"0","num_feature":"1","num_nodes":"1","size_leaf_vector":"1"},"parents":[2147483647],"left_children":[-1],"right_children":[-1],"split_indices":[0],"split_conditions":[-0.0],"default_left":[0],"split_type":[0],"base_weights":[0.0],"loss_changes":[0.0],"sum_hessian":[0.0],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[]}`
  const numbers = Array.from({ length: outputs }, (_, output) => output)
  return JSON.stringify(
    {
      version: optionalField(model, 'version') ?? [1, 0, 0],
      learner: {
        attributes: {},
        feature_names: [],
        feature_types: [],
        objective: field(learner, 'objective'),
        learner_model_param: {
          ...(parameters as Readonly<Record<string, ModelValue>>),
          num_feature: '1',
          boost_from_average: '0',
        },
        gradient_booster: {
          name: 'gbtree',
          model: {
            gbtree_model_param: { num_trees: String(outputs), num_parallel_tree: '1', size_leaf_vector: '0' },
            iteration_indptr: [0, outputs],
            tree_info: numbers,
            trees: 0,
          },
        },
      },
    },
    (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value),
  ).replace('"trees":0', () => `"trees":[${numbers.map(tree).join()}]`)
}
