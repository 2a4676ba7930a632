import { blueprintSchema, type Blueprint } from './blueprint.ts'
import { ClaimsError, type FieldProblem } from './claims-error.ts'
import type { Column } from './column.ts'
import { dateFormatNames, dateFormatProblem } from './date-format.ts'
import { fieldProblems } from './field-problems.ts'

/**
 * Checks a blueprint: its shape, then that every column it names exists, once, with a fitting role.
 *
 * @param value parsed JSON
 * @returns the blueprint with its defaults filled in
 * @throws ClaimsError `invalid_blueprint` with one problem per fault
 */
export function parseBlueprint(value: unknown): Blueprint {
  const result = blueprintSchema.safeParse(value)
  if (!result.success) {
    throw new ClaimsError('invalid_blueprint', 'The blueprint is not valid', {
      problems: fieldProblems(result.error),
    })
  }
  const problems = referenceProblems(result.data)
  if (problems.length > 0) {
    const first = problems[0]
    throw new ClaimsError(
      'invalid_blueprint',
      `The blueprint is not valid: ${first?.field ?? ''} ${first?.problem ?? ''}`,
      { problems },
    )
  }
  return withReading(result.data)
}

/** How files are written by default, put into the columns that do not say it themselves. */
function withReading(blueprint: Blueprint): Blueprint {
  const { decimal, dates } = blueprint.reading
  if (decimal !== 'comma' && dates === undefined) return blueprint
  const columns = blueprint.columns.map((column): Column => {
    if (column.type === 'number' && column.number_format === undefined && decimal === 'comma')
      return { ...column, number_format: { decimal, grouping: 'none', percent: false } }
    if (column.type === 'timestamp' && column.date_format === undefined && dates !== undefined)
      return { ...column, date_format: dates }
    return column
  })
  return { ...blueprint, columns }
}

function referenceProblems(blueprint: Blueprint): FieldProblem[] {
  const problems: FieldProblem[] = []
  const seen = new Set<string>()
  for (const name of blueprint.columns.flatMap((column) => [
    column.name,
    ...column.aliases.map((alias) => alias.name),
  ])) {
    if (seen.has(name))
      problems.push({
        field: `columns.${name}`,
        problem: 'is declared twice',
        allowed: 'each name or alias once',
      })
    seen.add(name)
  }
  const label = blueprint.columns.find((column) => column.name === blueprint.label.column)
  if (label?.role !== 'label') {
    problems.push({
      field: 'label.column',
      problem: `"${blueprint.label.column}" is no column of role label`,
      allowed: 'the name of the one label column',
    })
  }
  const { positive, negative = [] } = blueprint.label
  const key = (value: unknown): string => String(value).trim().toLowerCase()
  const sides = [negative]
    .flat()
    .filter((value) => typeof positive !== 'object' && key(value) === key(positive))
  if (sides.length > 0) {
    problems.push({
      field: 'label.negative',
      problem: `holds "${String(sides[0])}", which is the positive value`,
      allowed: 'values other than label.positive',
    })
  }
  for (const role of ['label', 'event_time'] as const) {
    const columns = blueprint.columns.filter((column) => column.role === role)
    if (columns.length > 1)
      problems.push({
        field: 'columns',
        problem: `${String(columns.length)} columns have the role ${role}`,
        allowed: 'one',
      })
  }
  for (const column of blueprint.columns) {
    if (column.pattern !== undefined && !isPattern(column.pattern))
      problems.push({
        field: `columns.${column.name}.pattern`,
        problem: `"${column.pattern}" is no regular expression`,
        allowed: 'a JavaScript regular expression',
      })
    const wrongFormat = formatProblem(column)
    if (wrongFormat !== undefined) problems.push(wrongFormat)
    const low = Math.max(column.minimum ?? -Infinity, column.exclusive_minimum ?? -Infinity)
    if (column.maximum !== undefined && low > column.maximum)
      problems.push({
        field: `columns.${column.name}.maximum`,
        problem: `${String(column.maximum)} is below the minimum ${String(low)}`,
        allowed: 'a maximum of at least the minimum',
      })
  }
  const candidates = new Set<string>()
  for (const { name, search_space: space } of blueprint.candidates) {
    if (Object.keys(space).length > 0)
      problems.push({
        field: `candidates.${name}.search_space`,
        problem: 'is given, but nothing searches it: training fits the parameters as they are',
        allowed: 'an empty object',
      })
    if (candidates.has(name))
      problems.push({
        field: `candidates.${name}`,
        problem: 'is declared twice',
        allowed: 'each name once',
      })
    candidates.add(name)
  }
  const names = new Set(blueprint.columns.map((column) => column.name))
  const mention = (field: string, name: string): void => {
    if (!names.has(name))
      problems.push({
        field,
        problem: `"${name}" is no column of the blueprint`,
        allowed: 'a declared column',
      })
  }
  blueprint.unique_keys.forEach((key, i) => {
    key.forEach((name) => {
      mention(`unique_keys.${String(i)}`, name)
    })
  })
  for (const rule of blueprint.business_rules) {
    const field = `business_rules.${rule.name}`
    if (rule.kind === 'compare_columns')
      [rule.left, rule.right].forEach((name) => {
        mention(field, name)
      })
    if (rule.kind === 'compare_value') mention(field, rule.left)
    if (rule.kind === 'within_years') mention(field, rule.column)
    if (rule.kind === 'sum_equals')
      [...rule.parts, rule.total].forEach((name) => {
        mention(field, name)
      })
  }
  blueprint.fairness.columns.forEach((name) => {
    mention('fairness.columns', name)
  })
  if (
    blueprint.label.maturity_days > 0 &&
    !blueprint.columns.some((column) => column.role === 'event_time')
  ) {
    problems.push({
      field: 'label.maturity_days',
      problem: `is ${String(blueprint.label.maturity_days)} but no column has the role event_time, from which days are counted`,
      allowed: '0, or an event_time column',
    })
  }
  if (blueprint.split.kind === 'time' && !blueprint.columns.some((column) => column.role === 'event_time')) {
    problems.push({
      field: 'split.kind',
      problem: 'is "time" but no column has the role event_time',
      allowed: 'stratified, grouped, or an event_time column',
    })
  }
  if (blueprint.split.kind === 'grouped' && !blueprint.columns.some((column) => column.role === 'entity')) {
    problems.push({
      field: 'split.kind',
      problem: 'is "grouped" but no column has the role entity',
      allowed: 'stratified, time, or an entity column',
    })
  }
  return problems
}

function formatProblem(column: Column): FieldProblem | undefined {
  const { name, type, date_format: dates, number_format: numbers } = column
  if (dates !== undefined) {
    const field = `columns.${name}.date_format`
    if (type !== 'timestamp')
      return { field, problem: `the column is of type ${type}`, allowed: 'a column of type timestamp' }
    const problem = dateFormatProblem(dates)
    if (problem !== undefined)
      return {
        field,
        problem,
        allowed: `${dateFormatNames.join(', ')} or a pattern such as DD.MM.YYYY HH:mm`,
      }
  }
  if (numbers === undefined) return undefined
  const field = `columns.${name}.number_format`
  if (type !== 'number')
    return { field, problem: `the column is of type ${type}`, allowed: 'a column of type number' }
  if (numbers.decimal === numbers.grouping)
    return {
      field,
      problem: `the ${numbers.decimal} is both decimal sign and between groups`,
      allowed: 'two different signs',
    }
  return undefined
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source.length > 0
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
