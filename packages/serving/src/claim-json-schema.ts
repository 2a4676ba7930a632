import type { Column } from '@claims/contracts'
import { datePattern } from './openapi/date-pattern.ts'
import { numberPattern } from './openapi/number-pattern.ts'

/** A JSON Schema (2020-12) object. */
export type JsonSchema = Record<string, unknown>

/** What a 32-bit float, and so a model, can hold. */
const largestNumber = 3.4028234663852886e38
const largestWhole = Number.MAX_SAFE_INTEGER
const truthPattern = '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Yy]|[Nn]|[Tt]|[Ff]|1|0'

/**
 * JSON Schema of a claim: what the columns of a blueprint accept over the wire. A number may be written as text, a code
 * as text, as a whole number or as a truth value, a date as ISO 8601; what is optional may be null or blank. What no
 * schema can say, the business rules that compare fields, stands in the description.
 *
 * @param columns input columns of the served blueprint
 * @param rules names of the business rules, for the description
 * @returns a schema of type object, aliases included
 */
export function claimJsonSchema(columns: readonly Column[], rules: readonly string[] = []): JsonSchema {
  const properties = new Map<string, JsonSchema>()
  const required: string[] = []
  const oneName: JsonSchema[] = []
  for (const column of columns) {
    if (column.role === 'ignored') {
      properties.set(column.name, { description: words(column, 'Not used') })
      continue
    }
    const { aliases } = column
    properties.set(column.name, {
      ...optionally(column.required ? null : column, present(column, 1)),
      description: words(column),
      ...(column.default === undefined || column.required ? {} : { default: column.default }),
    })
    for (const { name, multiply } of aliases) {
      const factor = multiply === undefined ? '' : ` times ${String(multiply)}`
      properties.set(name, {
        ...optionally(column, present(column, multiply ?? 1)),
        description: `Alias of ${column.name}: ${column.name} is this${factor}`,
      })
    }
    for (const { name } of aliases) oneName.push(notBoth(column.name, name))
    if (!column.required) continue
    if (aliases.length === 0) required.push(column.name)
    else {
      const filled = aliases.map(({ name, multiply }) => ({
        required: [name],
        properties: { [name]: anyOf(present(column, multiply ?? 1)) },
      }))
      oneName.push({ anyOf: [{ required: [column.name] }, ...filled] })
    }
  }
  return {
    type: 'object',
    ...(rules.length === 0 ? {} : { description: `These rules hold as well: ${rules.join(', ')}` }),
    properties: Object.fromEntries(properties),
    required,
    ...(oneName.length > 0 ? { allOf: oneName } : {}),
  }
}

/** The forms of a value that is there. @param multiply factor of an alias */
function present(column: Column, multiply: number): JsonSchema[] {
  switch (column.type) {
    case 'number':
      return numberForms(column, multiply)
    case 'boolean':
      return [{ type: 'boolean' }, { type: 'string', pattern: whole(truthPattern) }]
    case 'timestamp':
      return column.date_format === undefined
        ? [{ type: 'string', pattern: whole(datePattern) }]
        : [{ type: 'string', pattern: '\\S', description: `Written as ${column.date_format}` }]
    case 'category':
    case 'text':
      return codeForms(column)
  }
}

function numberForms(column: Column, multiply: number): JsonSchema[] {
  const { minimum, exclusive_minimum: above, maximum } = column
  const number: JsonSchema = {
    type: column.integer && multiply === 1 ? 'integer' : 'number',
    ...(above === undefined
      ? { minimum: (minimum ?? -largestNumber) / multiply }
      : { exclusiveMinimum: above / multiply }),
    maximum: (maximum ?? largestNumber) / multiply,
  }
  const missing = column.missing_tokens.map(Number).filter((token) => Number.isFinite(token))
  if (missing.length > 0 && column.required) number['not'] = { enum: missing }
  // An alias with a factor is a number: its bounds as text are those of no pattern.
  if (multiply !== 1) return [number]
  if (column.number_format !== undefined)
    return [number, { type: 'string', pattern: '[0-9]', description: 'Written as the use case says' }]
  const pattern = numberPattern(column)
  return pattern === null ? [number] : [number, { type: 'string', pattern: whole(pattern) }]
}

function codeForms(column: Column): JsonSchema[] {
  const forms: JsonSchema[] = []
  const { allowed, pattern } = column
  if (allowed !== undefined) {
    const numbers = allowed.filter((level) => /^-?(?:0|[1-9][0-9]{0,14})$/.test(level)).map(Number)
    const truths = allowed.filter((level) => level === 'true' || level === 'false')
    forms.push({ enum: [...allowed, ...numbers, ...truths.map((level) => level === 'true')] })
  } else {
    forms.push(textForm(column))
    const matches = (value: string): boolean => pattern === undefined || new RegExp(pattern, 'u').test(value)
    if (['0', '7', '-1', '12345', String(largestWhole), String(-largestWhole)].every(matches))
      forms.push({ type: 'integer' })
    if (['true', 'false'].every(matches)) forms.push({ type: 'boolean' })
  }
  if (column.role === 'document')
    forms.push({ type: 'array', items: { type: 'string' }, ...(column.required ? { minItems: 1 } : {}) })
  return forms
}

function textForm(column: Column): JsonSchema {
  const tokens = column.missing_tokens.filter((token) => token.trim() !== '')
  return {
    type: 'string',
    pattern: column.pattern ?? '\\S',
    ...(column.pattern === undefined ? {} : { minLength: 1 }),
    ...(column.required && tokens.length > 0 ? { not: { enum: tokens } } : {}),
  }
}

/** Two names of one field: one of them is absent, null or blank. */
function notBoth(name: string, alias: string): JsonSchema {
  const filled = { not: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\s*$' }] } }
  return { not: { required: [name, alias], properties: { [name]: filled, [alias]: filled } } }
}

/** The forms, and with a column what stands for an absent value. */
function optionally(column: Column | null, forms: readonly JsonSchema[]): JsonSchema {
  if (column === null) return anyOf(forms)
  const tokens = column.missing_tokens.filter((token) => token.trim() !== '')
  return anyOf([
    ...forms,
    { type: 'string', pattern: '^\\s*$' },
    ...(tokens.length === 0 ? [] : [{ enum: [...tokens, ...numbersOf(column, tokens)] }]),
    { type: 'null' },
  ])
}

function numbersOf(column: Column, tokens: readonly string[]): number[] {
  return column.type === 'number' ? tokens.map(Number).filter((token) => Number.isFinite(token)) : []
}

/** One schema of several; types that nothing else is said of are named in one list. */
function anyOf(forms: readonly JsonSchema[]): JsonSchema {
  const [first] = forms
  if (forms.length === 1 && first !== undefined) return first
  const types = [...new Set(forms.flatMap(({ type, enum: values }) => type ?? typesOf(values)))]
  return { type: types, anyOf: forms }
}

function typesOf(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  return values.map((value) =>
    typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value,
  )
}

function whole(pattern: string): string {
  return `^\\s*(?:${pattern})\\s*$`
}

function words(column: Column, note?: string): string {
  return [
    column.description,
    column.type === 'timestamp' ? 'ISO 8601 date or time' : undefined,
    column.unit === undefined ? undefined : `Unit: ${column.unit}`,
    column.role === 'sensitive' ? 'Sensitive: never a model input' : undefined,
    note,
  ]
    .filter((word) => word !== undefined)
    .join('. ')
}
