import type { FileMetaData, SchemaElement } from 'hyparquet'

/** A column at the top of a Parquet file's schema. */
export interface ParquetColumn {
  readonly name: string
  /** Of its values: itself, or the items of a list. */
  readonly element: SchemaElement
  /** Whether it holds one value a row, a list of values, or anything else. */
  readonly shape: 'value' | 'list' | 'nested'
  /** Whether a list may be missing, where it is one. */
  readonly listOptional: boolean
  /** Elements from the top of the schema to its values. */
  readonly depth: number
  /** Position of its first leaf among the chunks of a row group. */
  readonly leaf: number
}

/**
 * The columns of a Parquet file, in its order.
 *
 * @throws Error when the schema is no tree
 */
export function parquetColumns({ schema }: FileMetaData): ParquetColumn[] {
  const root = schema[0]
  if (root === undefined) throw new Error('there is no schema')
  const columns: ParquetColumn[] = []
  let leaf = 0
  let at = 1
  for (let child = 0; child < childrenOf(root); child++) {
    const element = schema[at]
    if (element === undefined) throw new Error('the schema ends too early')
    const { elements, leaves } = sizeOf(schema, at)
    columns.push({ name: element.name, leaf, ...shapeOf(schema.slice(at, at + elements)) })
    leaf += leaves
    at += elements
  }
  if (columns.length === 0) throw new Error('there is no column')
  if (at !== schema.length) throw new Error('the schema goes on after its last column')
  return columns
}

/**
 * What a column holds, by the elements of its tree: a list is a repeated value, or such a one within one or two groups,
 * as the rules of Parquet for lists have it.
 */
function shapeOf(
  tree: readonly SchemaElement[],
): Pick<ParquetColumn, 'element' | 'shape' | 'listOptional' | 'depth'> {
  const top = tree[0]!
  const element = tree.at(-1)!
  const repeated = tree.findIndex(({ repetition_type: repetition }) => repetition === 'REPEATED')
  const listOptional = repeated > 0 && top.repetition_type === 'OPTIONAL'
  const depth = tree.length
  const chain = tree.every((node, i) => childrenOf(node) === (i === depth - 1 ? 0 : 1))
  const repeats = tree.filter(({ repetition_type: repetition }) => repetition === 'REPEATED').length
  const isValue = depth === 1 && repeats === 0
  const annotated = depth === 1 || top.converted_type === 'LIST' || top.logical_type?.type === 'LIST'
  const isList = chain && annotated && repeats === 1 && repeated === Math.min(depth - 1, 1) && depth <= 3
  const shape = element.type === undefined ? 'nested' : isValue ? 'value' : isList ? 'list' : 'nested'
  return { element: shape === 'nested' ? top : element, shape, listOptional, depth }
}

/** Elements and leaves of the tree from a place on; without recursion, which a damaged schema could make deep. */
function sizeOf(schema: readonly SchemaElement[], start: number): { elements: number; leaves: number } {
  let open = 1
  let leaves = 0
  let at = start
  while (open > 0) {
    const element = schema[at]
    if (element === undefined) throw new Error('the schema ends too early')
    const children = childrenOf(element)
    if (children === 0) leaves++
    open += children - 1
    at++
  }
  return { elements: at - start, leaves }
}

function childrenOf(element: SchemaElement): number {
  const children = element.num_children ?? 0
  if (!Number.isInteger(children) || children < 0) throw new Error('the schema has an impossible count')
  return children
}
