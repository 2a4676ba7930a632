import type { FileMetaData, SchemaElement } from 'hyparquet'

/** A column at the top of a Parquet file's schema. */
export interface ParquetColumn {
  readonly name: string
  readonly element: SchemaElement
  /** Whether it holds one value a row. */
  readonly flat: boolean
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
    const flat = elements === 1 && element.type !== undefined && element.repetition_type !== 'REPEATED'
    columns.push({ name: element.name, element, flat, leaf })
    leaf += leaves
    at += elements
  }
  if (columns.length === 0) throw new Error('there is no column')
  if (at !== schema.length) throw new Error('the schema goes on after its last column')
  return columns
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
