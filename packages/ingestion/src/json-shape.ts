import type { Finding } from '@claims/contracts'
import { shortened, unreadable } from './file-error.ts'
import { fileFinding } from './row-findings.ts'

type Fields = Readonly<Record<string, unknown>>

/** The rows of a document. */
export interface DocumentRows {
  readonly rows: readonly unknown[]
  /** What is to be said of the shape. */
  readonly finding?: Finding
}

/** Names under which rows stand beside other keys, such as counts and pages. */
const usualNames = new Set(['data', 'rows', 'records', 'results'])
const asked = 'an array of objects, {"claims": [...]}, or JSON Lines; pandas: df.to_json(orient="records")'

/**
 * Finds the rows of a parsed JSON document: an array of objects, an object that holds one (`claims`, or `data`, `rows`, `records`,
 * `results`, or any name that stands alone), pandas' `split` and `table`, or one flat object as one row.
 *
 * @throws ClaimsError `unreadable_file` naming the shape of any other document
 */
export function rowsOfDocument(value: unknown, source: string): DocumentRows {
  if (Array.isArray(value)) return rowsOfArray(value, source)
  if (!isFields(value)) throw noRows(source, 'is a single value')
  if (Array.isArray(value['claims'])) return { rows: value['claims'] }
  if (Array.isArray(value['columns']) && Array.isArray(value['data'])) return rowsOfSplit(value, source)
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => isObjects(entry[1]))
  const [only] = lists
  const keys = Object.keys(value).length
  if (lists.length === 1 && only !== undefined && (keys === 1 || usualNames.has(only[0]))) {
    const [name, rows] = only
    return {
      rows,
      finding: shapeFinding(
        `holds its rows under ${JSON.stringify(shortened(name))}; its other keys are not used`,
      ),
    }
  }
  if (lists.length > 1)
    throw noRows(
      source,
      `holds ${String(lists.length)} arrays of objects, and which are the rows is not said`,
    )
  return rowsOfObject(value, source)
}

function rowsOfArray(rows: readonly unknown[], source: string): DocumentRows {
  if (rows.length > 0 && rows.every((row) => Array.isArray(row)))
    throw noRows(source, 'holds arrays without names of columns (pandas: orient="values")')
  if (rows.length > 0 && !rows.some(isFields)) throw noRows(source, 'holds an array without an object')
  return { rows }
}

function rowsOfSplit(document: Fields, source: string): DocumentRows {
  const { columns, data } = document as { columns: unknown[]; data: unknown[] }
  const names = columns.filter((name): name is string => typeof name === 'string')
  if (names.length < columns.length || new Set(names).size < names.length)
    throw noRows(source, 'has "columns" that are not distinct texts (pandas: orient="split")')
  const rows = data.map((cells, row) => {
    if (!Array.isArray(cells) || cells.length !== names.length)
      throw noRows(
        source,
        `has "data" whose entry ${String(row + 1)} does not have ${String(names.length)} cells (pandas: orient="split")`,
      )
    return Object.fromEntries(names.map((name, i) => [name, cells[i] as unknown]))
  })
  return {
    rows,
    finding: shapeFinding('holds "columns" and "data" (pandas: orient="split") and was read so'),
  }
}

function rowsOfObject(document: Fields, source: string): DocumentRows {
  const values = Object.values(document)
  if (values.length === 0) throw noRows(source, 'holds an empty object')
  if (values.every(isFields)) throw noRows(source, nestedShape(values))
  if (values.every((value) => Array.isArray(value)))
    throw noRows(source, 'holds arrays by column and no array of objects (pandas: to_dict("list"))')
  if (values.some((value) => Array.isArray(value) && value.length > 0 && !value.every(isText)))
    throw noRows(source, 'holds no array of objects')
  return { rows: [document] }
}

function nestedShape(values: readonly Fields[]): string {
  const keys = Object.keys(values[0]!)
  const byRow = keys.length > 0 && keys.every((key) => /^\d+$/.test(key))
  return byRow
    ? `holds one object of rows for each of ${String(values.length)} columns and no array of objects (pandas: orient="columns")`
    : `holds one object for each of ${String(values.length)} names and no array of objects (pandas: orient="index" or "columns")`
}

function shapeFinding(problem: string): Finding {
  return fileFinding('json_shape', problem, asked)
}

function noRows(source: string, problem: string): Error {
  return unreadable(source, problem, { allowed: asked })
}

function isObjects(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFields)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
