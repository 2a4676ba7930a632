import { describe, expect, test } from '@jest/globals'
import { Booster, readTrees } from '@claims/xgboost'
import type { XGBoostErrorCode } from '@claims/xgboost'
import { libraries } from './libraries.ts'
import { modelFiles } from './model-files.ts'

/** A regression model of one tree with two splits: 0 to 1 and 2, 1 to 3 and 4. */
const MODEL =
  '{"version":[1,7,5],"learner":{"attributes":{"a":"1"},"feature_names":["x","y"],"feature_types":["float","c"],"objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}},"learner_model_param":{"base_score":"5E-1","boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},"iteration_indptr":[0,1],"tree_info":[0],"trees":[{"id":0,"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"5","size_leaf_vector":"1"},"parents":[2147483647,0,0,1,1],"left_children":[1,3,-1,-1,-1],"right_children":[2,4,-1,-1,-1],"split_indices":[0,1,0,0,0],"split_conditions":[5E-1,0E0,1E0,2E0,3E0],"default_left":[0,1,0,0,0],"split_type":[0,1,0,0,0],"base_weights":[0E0,0E0,0E0,0E0,0E0],"loss_changes":[1E0,1E0,0E0,0E0,0E0],"sum_hessian":[4E0,3E0,1E0,1E0,1E0],"categories":[1,3],"categories_nodes":[1],"categories_segments":[0],"categories_sizes":[2]}]}}}}'
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

type Change = readonly [from: string, to: string]
const damages: readonly (readonly [name: string, code: XGBoostErrorCode, message: RegExp, change: Change])[] =
  [
    [
      'children in another order',
      'invalid_model',
      /not side by side/,
      [
        '"left_children":[1,3,-1,-1,-1],"right_children":[2,4,',
        '"left_children":[2,3,-1,-1,-1],"right_children":[1,4,',
      ],
    ],
    [
      'a cycle',
      'invalid_model',
      /reached twice|has parent/,
      [
        '"left_children":[1,3,-1,-1,-1],"right_children":[2,4,',
        '"left_children":[1,0,-1,-1,-1],"right_children":[2,1,',
      ],
    ],
    [
      'a child of two nodes',
      'invalid_model',
      /not side by side/,
      ['"left_children":[1,3,', '"left_children":[1,1,'],
    ],
    ['one child', 'invalid_model', /has one child/, ['"right_children":[2,4,', '"right_children":[2,-1,']],
    [
      'a parent that disagrees',
      'invalid_model',
      /has parent 2, not 1/,
      ['"parents":[2147483647,0,0,1,1]', '"parents":[2147483647,0,0,2,1]'],
    ],
    ['a root with a parent', 'invalid_model', /root/, ['"parents":[2147483647', '"parents":[1']],
    [
      'a feature that is not there',
      'invalid_model',
      /feature 2 of 2/,
      ['"split_indices":[0,', '"split_indices":[2,'],
    ],
    [
      'a short list',
      'invalid_model',
      /split_conditions holds 4 values, not 5/,
      ['5E-1,0E0,1E0,2E0,3E0', '5E-1,0E0,1E0,2E0'],
    ],
    [
      'a list that is a number',
      'invalid_model',
      /left_children is no list/,
      ['"left_children":[1,3,-1,-1,-1]', '"left_children":5'],
    ],
    [
      'a node more than there are',
      'invalid_model',
      /num_nodes|holds 5 values/,
      ['"num_nodes":"5"', '"num_nodes":"6"'],
    ],
    [
      'a thousand million nodes',
      'invalid_model',
      /holds 5 values, not 999999999/,
      ['"num_nodes":"5"', '"num_nodes":"999999999"'],
    ],
    [
      'an output that is not there',
      'invalid_model',
      /tree_info\[0\]/,
      ['"tree_info":[0]', '"tree_info":[1]'],
    ],
    [
      'rounds that end too early',
      'invalid_model',
      /does not span/,
      ['"iteration_indptr":[0,1]', '"iteration_indptr":[0,0]'],
    ],
    [
      'rounds that begin nowhere',
      'invalid_model',
      /does not span/,
      ['"iteration_indptr":[0,1]', '"iteration_indptr":[]'],
    ],
    [
      'an empty round',
      'invalid_model',
      /does not go on/,
      ['"iteration_indptr":[0,1]', '"iteration_indptr":[0,0,1]'],
    ],
    [
      'parallel trees beyond all',
      'invalid_model',
      /num_parallel_tree/,
      ['"num_parallel_tree":"1"', '"num_parallel_tree":"999999999"'],
    ],
    [
      'no parallel trees',
      'invalid_model',
      /num_parallel_tree/,
      ['"num_parallel_tree":"1"', '"num_parallel_tree":"0"'],
    ],
    ['two trees of one', 'invalid_model', /num_trees/, ['"num_trees":"1"', '"num_trees":"2"']],
    ['a tree of a place that is not there', 'invalid_model', /has the id 1/, ['"id":0', '"id":1']],
    [
      'leaves of several values for one output',
      'invalid_model',
      /a leaf holds 3 values for 1 outputs/,
      ['"size_leaf_vector":"1"}', '"size_leaf_vector":"3"}'],
    ],
    [
      'a category beyond 32-bit floats',
      'invalid_model',
      /categories\[1\]/,
      ['"categories":[1,3]', '"categories":[1,16777216]'],
    ],
    [
      'categories of another node',
      'invalid_model',
      /no split by category/,
      ['"categories_nodes":[1]', '"categories_nodes":[0]'],
    ],
    [
      'categories behind the list',
      'invalid_model',
      /outside the categories|categories_sizes/,
      ['"categories_sizes":[2]', '"categories_sizes":[3]'],
    ],
    [
      'no categories for a split',
      'invalid_model',
      /categories_sizes/,
      ['"categories_sizes":[2]', '"categories_sizes":[0]'],
    ],
    [
      'a split by category without categories',
      'invalid_model',
      /2 splits by category but categories for 1/,
      ['"split_type":[0,1,', '"split_type":[1,1,'],
    ],
    [
      'features beyond all use',
      'model_unsupported',
      /999999999 features/,
      ['"num_feature":"2","num_target"', '"num_feature":"999999999","num_target"'],
    ],
    [
      'outputs beyond all use',
      'model_unsupported',
      /999999999 outputs/,
      ['"num_target":"1"', '"num_target":"999999999"'],
    ],
    ['names of other features', 'invalid_model', /feature_names holds 1 names for 2/, ['["x","y"]', '["x"]']],
    ['a name that is none', 'invalid_model', /feature_names\[1\] is no text/, ['["x","y"]', '["x",5]']],
    [
      'a base score that is none',
      'invalid_model',
      /base_score is no number/,
      ['"base_score":"5E-1"', '"base_score":"0.5abc"'],
    ],
    [
      'an infinite base score',
      'invalid_model',
      /base_score is no number/,
      ['"base_score":"5E-1"', '"base_score":"1E99"'],
    ],
    [
      'base scores of other outputs',
      'invalid_model',
      /base_score holds 3 numbers for 1/,
      ['"base_score":"5E-1"', '"base_score":"[1,2,3]"'],
    ],
    [
      'classes of the objective alone',
      'invalid_model',
      /5 classes, the model 0 and 1 outputs/,
      [
        '{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}',
        '{"name":"multi:softmax","softmax_multiclass_param":{"num_class":"5"}}',
      ],
    ],
    [
      'another booster',
      'invalid_model',
      /gradient_booster.name is "gbforest"/,
      ['"name":"gbtree"', '"name":"gbforest"'],
    ],
    [
      'weights of a linear model that are too few',
      'invalid_model',
      /weights holds 1 values, not 3/,
      ['"name":"gbtree","model":{', '"name":"gblinear","model":{"weights":[1E0],'],
    ],
    ['a dart without weights', 'invalid_model', /gbtree is missing/, ['"name":"gbtree"', '"name":"dart"']],
    [
      'a name that stands twice',
      'invalid_model',
      /"left_children" stands twice/,
      ['"left_children":', '"left_children":[9,9,9,9,9],"left_children":'],
    ],
    [
      'a name with an escape',
      'invalid_model',
      /holds an escape/,
      ['"num_target":"1"', '"num\\u005ftarget":"3"'],
    ],
    ['attributes that are none', 'invalid_model', /attributes/, ['{"a":"1"}', '[1]']],
    ['an attribute of another kind', 'invalid_model', /a is no text/, ['{"a":"1"}', '{"a":1}']],
    [
      'a thousand levels',
      'invalid_model',
      /more than 64 levels/,
      ['{"a":"1"}', `${'['.repeat(1000)}${']'.repeat(1000)}`],
    ],
    ['a version that is none', 'invalid_model', /version/, ['[1,7,5]', '[1]']],
    ['the end', 'invalid_model', /JSON/, ['}]}}}}', '}]}}}']],
  ]

describe.each(libraries)('models from elsewhere, library %s', (version, library) => {
  const load = (text: string): Booster =>
    Booster.fromBuffer(bytesOf(text), { library, params: { nthread: 1 } })

  test('the model itself is whole', () => {
    using booster = load(MODEL)
    const x = Float32Array.of(0, 1, 0, 2, 1, 0, Number.NaN, 1)
    // The library goes right where the category is among those of the split; a missing value goes as the node says.
    const leaves = booster.predictLeaf(x, { rows: 4, columns: 2 })
    expect([...leaves]).toEqual([4, 3, 2, 2])
    expect([...booster.predict(x, { rows: 4, columns: 2 })]).toEqual([3.5, 2.5, 1.5, 1.5])
  })

  test.each(damages)('%s: %s', (_name, code, message, [from, to]) => {
    const text = MODEL.replace(from, () => to)
    expect(text).not.toBe(MODEL)
    expect(() => load(text)).toThrow(
      expect.objectContaining({ name: 'XGBoostError', code, message: expect.stringMatching(message) }),
    )
  })

  test('what a message tells of a value has an end', () => {
    const long = 'y'.repeat(100_000)
    for (const [from, to] of [
      ['"name":"gbtree"', `"name":"${long}"`],
      ['"num_nodes":"5"', `"num_nodes":"${long}"`],
      ['5E-1","boost', `${long}","boost`],
      ['"x","y"', `"${long}":1`],
      ['"reg:squarederror"', `"${long}"`],
    ] as const) {
      let message = ''
      try {
        load(MODEL.replace(from, to)).dispose()
      } catch (error) {
        message = String(error)
      }
      expect(message.length).toBeGreaterThan(20)
      expect(message.length).toBeLessThan(1000)
    }
  })

  test('numbers that are not finite are read as the library reads them', () => {
    const numeric = MODEL.replace('"split_type":[0,1,', '"split_type":[0,0,').replace(
      '"categories":[1,3],"categories_nodes":[1],"categories_segments":[0],"categories_sizes":[2]',
      '"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[]',
    )
    const odd = numeric
      .replace('["float","c"]', '[]')
      .replace('5E-1,0E0,1E0,2E0,3E0', 'Infinity,NaN,-Infinity,2E0,Infinity')
    const [tree] = readTrees(bytesOf(odd)).trees
    expect([...(tree?.threshold ?? [])]).toEqual([Infinity, Number.NaN, 0, 0, 0])
    expect([...(tree?.value ?? [])]).toEqual([0, 0, -Infinity, 2, Infinity])
    using booster = load(odd)
    const x = Float32Array.of(0, 1, Number.NaN, 0, 5, 5)
    const batch = booster.predict(x, { rows: 3, columns: 2 })
    expect([...batch]).toEqual([Infinity, -Infinity, Infinity])
    for (let call = 0; call < 20; call += 1)
      expect(booster.predict(x, { rows: 3, columns: 2 })).toEqual(batch)
    for (const dumped of booster.dump({ format: 'json', withStats: true })) JSON.parse(dumped)
  })

  test('a newer model is refused by both versions, whatever its objective', () => {
    const later = MODEL.replace('[1,7,5]', '[9,1,2]')
    for (const name of ['"reg:nextgeneration"', '"rank:later"', '"survival:then"'])
      expect(() => load(later.replace('"reg:squarederror"', name))).toThrow(
        expect.objectContaining({
          code: 'library_unsupported',
          message: expect.stringContaining(`9.1.2; this library is ${version}`),
        }),
      )
    expect(() => load(later.replace('"left_children"', '"children"'))).toThrow(
      expect.objectContaining({
        code: 'library_unsupported',
        message: expect.stringContaining('left_children is missing'),
      }),
    )
    load(later).dispose()
  })

  test('the binary format says how to go on', () => {
    const old = modelFiles.find((file) => file.format === 'bin')
    expect(() => Booster.fromBuffer(old?.bytes ?? new Uint8Array(0), { library })).toThrow(
      expect.objectContaining({
        code: 'model_unsupported',
        message: expect.stringMatching(/binary format.*save_model/),
      }),
    )
  })

  test('deep trees are predicted and explained, deeper ones refused, and what cannot be printed is said', () => {
    using deep = load(chain(600))
    const x = new Float32Array(3)
    expect([...deep.predict(x, { rows: 3, columns: 1 })]).toEqual([1, 1, 1])
    expect(deep.predictContributions(x, { rows: 3, columns: 1 })).toHaveLength(6)
    expect(() => deep.dump()).toThrow(expect.objectContaining({ code: 'model_unsupported' }))
    expect(() => load(chain(5000))).toThrow(
      expect.objectContaining({ code: 'invalid_model', message: expect.stringMatching(/deeper than/) }),
    )
  })

  test('texts with escapes are those that JSON says', () => {
    using booster = load(
      MODEL.replace('["x","y"]', '["gr\\u00f6\\u00dfe","\\u0041 \\"b\\""]').replace(
        '{"a":"1"}',
        '{"\\u00e9\\n":"\\u0041"}',
      ),
    )
    expect(booster.featureNames).toEqual(['größe', 'A "b"'])
    expect(booster.attributes()).toEqual({ 'é\n': 'A' })
  })
})

/** A tree that goes one level deeper at every left child. */
const chain = (levels: number): string => {
  const nodes = 2 * levels + 1
  const filled = (value: string): string => new Array<string>(nodes).fill(value).join()
  const numbers = Array.from({ length: nodes }, (_, node) => node)
  const isSplit = (node: number): boolean => node === 0 || (node % 2 === 1 && node < nodes - 2)
  const left = numbers.map((node) => (isSplit(node) ? (node === 0 ? 1 : node + 2) : -1))
  const right = left.map((at) => (at === -1 ? -1 : at + 1))
  const parents = numbers.map((node) =>
    node === 0 ? 2147483647 : node <= 2 ? 0 : node % 2 === 1 ? node - 2 : node - 3,
  )
  return MODEL.replace(/"feature_names":.*?"objective"/, '"feature_names":[],"feature_types":[],"objective"')
    .replaceAll('"num_feature":"2"', '"num_feature":"1"')
    .replace(/"num_nodes":"5"/, `"num_nodes":"${nodes}"`)
    .replace(
      /"parents":.*\}\]\}\}\}\}$/,
      `"parents":[${parents.join()}],"left_children":[${left.join()}],"right_children":[${right.join()}],"split_indices":[${filled('0')}],"split_conditions":[${filled('5E-1')}],"default_left":[${filled('0')}],"split_type":[${filled('0')}],"base_weights":[${filled('0E0')}],"loss_changes":[${filled('0E0')}],"sum_hessian":[${filled('1E0')}],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[]}]}}}}`,
    )
}
