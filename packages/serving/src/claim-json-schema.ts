import type { Column } from '@claims/contracts'

/** A JSON Schema (2020-12) object. */
export type JsonSchema = Record<string, unknown>

/**
 * JSON Schema of a claim: what the columns of a blueprint accept over the wire.
 *
 * @param columns input columns of the served blueprint
 * @returns a schema of type object, aliases included
 */
export function claimJsonSchema(columns: readonly Column[]): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  const oneName: JsonSchema[] = []
  for (const column of columns) {
    if (column.role === 'ignored') continue
    properties[column.name] = columnSchema(column)
    for (const alias of column.aliases) properties[alias.name] = aliasSchema(column, alias.multiply)
    if (!column.required) continue
    if (column.aliases.length === 0) required.push(column.name)
    else {
      const names = [column.name, ...column.aliases.map((alias) => alias.name)]
      oneName.push({ anyOf: names.map((name) => ({ required: [name] })) })
    }
  }
  return { type: 'object', properties, required, ...(oneName.length > 0 ? { allOf: oneName } : {}) }
}

function columnSchema(column: Column): JsonSchema {
  const schema: JsonSchema = { type: column.required ? wireType(column) : [wireType(column), 'null'] }
  if (column.minimum !== undefined) schema['minimum'] = column.minimum
  if (column.exclusive_minimum !== undefined) schema['exclusiveMinimum'] = column.exclusive_minimum
  if (column.maximum !== undefined) schema['maximum'] = column.maximum
  if (column.pattern !== undefined) schema['pattern'] = column.pattern
  if (column.default !== undefined) schema['default'] = column.default
  if (column.allowed !== undefined)
    schema['enum'] = column.required ? column.allowed : [...column.allowed, null]
  const words = [
    column.description,
    column.type === 'timestamp' ? 'ISO 8601 date or time' : undefined,
    column.unit === undefined ? undefined : `Unit: ${column.unit}`,
    column.role === 'sensitive' ? 'Sensitive: never a model input' : undefined,
  ].filter((word) => word !== undefined)
  if (words.length > 0) schema['description'] = words.join('. ')
  return schema
}

function aliasSchema(column: Column, multiply: number | undefined): JsonSchema {
  const factor = multiply === undefined ? '' : ` times ${String(multiply)}`
  return {
    type: [wireType(column), 'null'],
    description: `Alias of ${column.name}: ${column.name} is this${factor}`,
  }
}

function wireType(column: Column): string {
  if (column.type === 'number') return column.integer ? 'integer' : 'number'
  return column.type === 'boolean' ? 'boolean' : 'string'
}
