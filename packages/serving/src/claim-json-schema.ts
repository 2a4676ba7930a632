import type { Column } from '@claims/contracts'
import { parseBoolean } from '@claims/ingestion'
import { codeNumbers } from './openapi/code-numbers.ts'
import { datePatternOf } from './openapi/date-pattern.ts'
import { numberPattern } from './openapi/number-pattern.ts'

/** A JSON Schema (2020-12) object. */
export type JsonSchema = Record<string, unknown>

/** What a 32-bit float, and so a model, can hold. */
const largestNumber = 3.4028234663852886e38
const truthPattern =
  '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Yy]|[Nn]|[Tt]|[Ff]|1(?:\\.0*)?|-?0(?:\\.0*)?'
const truthForms: readonly JsonSchema[] = [
  { type: 'boolean' },
  { type: 'integer', minimum: 0, maximum: 1 },
  { type: 'string', pattern: whole(truthPattern) },
]
/** Moments that numbers may be, in the unit of the format, until the year 9999; epochs from 1653 on. */
const momentRanges: Readonly<Record<string, { readonly least: number; readonly most: number }>> = {
  excel_serial: { least: 61, most: 2_958_465 },
  epoch_seconds: { least: -9_999_999_999, most: 253_402_300_799 },
  epoch_milliseconds: { least: -9_999_999_999, most: 253_402_300_799_000 },
}

/**
 * JSON Schema of a claim: what the columns of a blueprint accept over the wire. A number may be written as text, a code
 * as text, as a number or as a truth value, a date as ISO 8601 or as the column's format says; what is optional may be
 * null or blank. What no schema can say, the business rules that compare fields, stands in the description. Of a text
 * for a number, a date or a code the schema says the plain spellings; the reader takes some more, as files hold them.
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
      return [...truthForms]
    case 'timestamp':
      return momentForms(column)
    case 'category':
    case 'text':
      return codeForms(column)
  }
}

function momentForms({ date_format: format }: Column): JsonSchema[] {
  const range = momentRanges[format ?? '']
  if (range !== undefined) {
    const { least, most: maximum } = range
    const minimum = Math.max(least, 1)
    const text = numberPattern({ minimum: Math.max(least, 0), maximum, integer: false }) ?? '(?!)'
    return [
      // Smaller fractions are written with exponents, which are no moments.
      { type: 'number', minimum, maximum },
      ...(least < 1 ? [{ type: 'integer', minimum: least, maximum: 0 }] : []),
      { type: 'string', pattern: whole(least < 0 ? `${text}|-0*[1-9][0-9]{0,9}` : text) },
    ]
  }
  const pattern = datePatternOf(format)
  return pattern === null
    ? [{ type: 'string', pattern: '\\S', description: `Written as ${format ?? ''}` }]
    : [{ type: 'string', pattern: whole(pattern) }]
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
  const { number_format: format } = column
  const pattern = numberPattern(divided(column, multiply))
  if (pattern === null) return [number]
  const text = whole(format?.percent === true ? `(?:${pattern})\\s*%` : pattern)
  return [number, { type: 'string', pattern: text }]
}

/** The bounds of an alias, whose value times the factor is the column's. */
function divided(column: Column, multiply: number): Parameters<typeof numberPattern>[0] {
  if (multiply === 1) return column
  const { minimum, exclusive_minimum: above, maximum, number_format: format } = column
  return {
    integer: false,
    ...(minimum === undefined ? {} : { minimum: minimum / multiply }),
    ...(above === undefined ? {} : { exclusive_minimum: above / multiply }),
    ...(maximum === undefined ? {} : { maximum: maximum / multiply }),
    ...(format === undefined ? {} : { number_format: format }),
  }
}

function codeForms(column: Column): JsonSchema[] {
  const forms: JsonSchema[] = []
  const { allowed, pattern } = column
  if (allowed !== undefined) {
    const numbers = allowed.filter((level) => /^-?(?:0|[1-9][0-9]{0,14})$/.test(level)).map(Number)
    const truths = allowed.filter((level) => level === 'true' || level === 'false')
    forms.push({ enum: [...allowed, ...numbers, ...truths.map((level) => level === 'true')] })
    if (column.type === 'category') {
      const levels = allowed.map((level) => levelPattern(level))
      forms.push({ type: 'string', pattern: whole(levels.join('|')) })
      if (isTruthPair(allowed)) forms.push(...truthForms)
    }
  } else {
    forms.push(textForm(column), ...codeNumbers(pattern).map((form) => withoutTokens(column, { ...form })))
    const matches = (value: string): boolean => pattern === undefined || new RegExp(pattern, 'u').test(value)
    if (['true', 'false'].every(matches)) forms.push({ type: 'boolean' })
  }
  if (column.role === 'document')
    forms.push({ type: 'array', items: { type: 'string' }, ...(column.required ? { minItems: 1 } : {}) })
  return forms
}

/** A level, a whole number also with zeros behind a point. */
function levelPattern(level: string): string {
  const plain = level.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return /^-?(?:0|[1-9][0-9]*)$/.test(level) ? `${plain}(?:\\.0*)?` : plain
}

/** Yes and no and the like: the reader takes one pair in any spelling for the other. */
function isTruthPair(allowed: readonly string[]): boolean {
  const levels = allowed.map((level) => parseBoolean(level))
  return allowed.length === 2 && levels.includes(0) && levels.includes(1)
}

/** Numbers of a required code that are none of what stands for a missing one. */
function withoutTokens(column: Column, form: JsonSchema): JsonSchema {
  const missing = column.missing_tokens.map(Number).filter((token) => Number.isFinite(token))
  return column.required && missing.length > 0 ? { ...form, not: { enum: missing } } : form
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
