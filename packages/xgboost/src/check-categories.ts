import { XGBoostError } from './errors.ts'
import { field, indices, invalid, list, optionalField, shown } from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/** What the categories of all splits of a model take, which the library keeps as a bit each from 0 to the greatest. */
export interface CategoryBudget {
  categoryWords: number
}

/** The number after the last category: numbers from here on are no whole 32-bit floats. */
const CATEGORIES_END = 2 ** 24
/** Half a gigabyte of 32-bit words. */
const MOST_WORDS = 2 ** 27

/**
 * Proves that the splits by category of a tree and their categories belong together: the library reads behind its
 * lists, or ends the process, where they do not.
 *
 * @param tree a tree of a parsed model
 * @param nodes how many nodes it has
 * @param budget counts what the model's categories take so far
 * @throws XGBoostError `invalid_model`; `model_unsupported` where they would take more than half a gigabyte
 */
export function checkCategories(tree: ModelValue, nodes: number, budget: CategoryBudget): void {
  if (optionalField(tree, 'split_type') === undefined) return
  const types = indices(tree, 'split_type', [0, 1, nodes])
  const categories = indices(tree, 'categories', [0, CATEGORIES_END - 1])
  const splits = indices(tree, 'categories_nodes', [0, nodes - 1])
  const begins = indices(tree, 'categories_segments', [0, categories.length, splits.length])
  const sizes = indices(tree, 'categories_sizes', [1, categories.length, splits.length])
  let read = 0
  for (let index = 0; index < splits.length; index += 1) {
    const [split, begin, size] = [splits[index] ?? 0, begins[index] ?? 0, sizes[index] ?? 0]
    if (types[split] !== 1) throw invalid(`node ${split} of a tree has categories but no split by category`)
    if (index > 0 && split <= (splits[index - 1] ?? 0))
      throw invalid(`categories_nodes[${index}] does not go on`)
    if (begin !== read) throw invalid(`categories_segments[${index}] is ${begin}, not ${read}`)
    read += size
    if (read > categories.length) throw invalid(`categories_sizes[${index}] ends outside the categories`)
    let greatest = 0
    for (let at = begin; at < read; at += 1) greatest = Math.max(greatest, categories[at] ?? 0)
    budget.categoryWords += Math.floor(greatest / 32) + 1
  }
  if (read !== categories.length)
    throw invalid(`categories holds ${categories.length} values; the splits have ${read}`)
  const byCategory = types.reduce((sum, type) => sum + type, 0)
  if (byCategory !== splits.length)
    throw invalid(`${byCategory} splits by category but categories for ${splits.length}`)
  if (budget.categoryWords > MOST_WORDS)
    throw new XGBoostError('model_unsupported', 'the categories of the splits take more than 512 MB')
}

/** Proves that the names of categories, which 3.1 and later keep, are whole: begins, ends and order within the names. */
export function checkCategoryNames(cats: ModelValue, features: number): void {
  const columns = list(cats, 'enc')
  if (columns.length !== 0 && columns.length !== features)
    throw invalid(`cats.enc holds ${columns.length} columns for ${features} features`)
  const begins = indices(cats, 'feature_segments', [0, CATEGORIES_END])
  const order = indices(cats, 'sorted_idx', [0, CATEGORIES_END])
  const length = columns.length === 0 && begins.length === 0 ? 0 : columns.length + 1
  if (begins.length !== length)
    throw invalid(`cats.feature_segments holds ${begins.length} values for ${columns.length} columns`)
  let read = 0
  for (let index = 0; index < columns.length; index += 1) {
    if (begins[index] !== read)
      throw invalid(`cats.feature_segments[${index}] is ${begins[index]}, not ${read}`)
    const size = categoriesOf(columns[index] ?? null, index)
    for (let at = read; at < read + size; at += 1)
      if (!((order[at] ?? size) < size)) throw invalid(`cats.sorted_idx[${at}] is outside its column`)
    read += size
  }
  if (begins.length > 0 && begins.at(-1) !== read)
    throw invalid('cats.feature_segments does not span the names')
  if (order.length !== read) throw invalid(`cats.sorted_idx holds ${order.length} values for ${read} names`)
}

/** How many categories a column has: texts one after the other with their begins, or numbers. */
const categoriesOf = (column: ModelValue, index: number): number => {
  if (optionalField(column, 'offsets') === undefined) {
    const type = field(column, 'type')
    if (typeof type !== 'number' || !Number.isInteger(type))
      throw invalid(`cats.enc[${index}].type is ${shown(type)}`)
    return list(column, 'values').length
  }
  const length = list(column, 'values').length
  const offsets = indices(column, 'offsets', [0, length])
  if (offsets.length === 0 && length === 0) return 0
  if (offsets[0] !== 0 || offsets.at(-1) !== length)
    throw invalid(`cats.enc[${index}].offsets does not span the values`)
  for (let at = 1; at < offsets.length; at += 1)
    if ((offsets[at] ?? 0) < (offsets[at - 1] ?? 0))
      throw invalid(`cats.enc[${index}].offsets[${at}] goes back`)
  return offsets.length - 1
}
