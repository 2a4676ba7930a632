import { describe, expect, test } from '@jest/globals'
import { ClaimsError, parseBlueprint, type Blueprint } from '@claims/contracts'
import { blueprints, findBlueprint } from '../src/index.ts'

/** Column names that a step's parameters hold: any text that could be one, lists included. */
function namedColumns(parameters: Readonly<Record<string, unknown>>): string[] {
  const naming = ['column', 'columns', 'numerator', 'denominator', 'from', 'to', 'left', 'right']
  return naming.flatMap((key) => {
    const value = parameters[key]
    if (Array.isArray(value)) return value.map(String)
    return typeof value === 'string' ? [value] : []
  })
}

/** Columns that a step adds. */
function addedColumns(parameters: Readonly<Record<string, unknown>>): string[] {
  if (typeof parameters['output'] === 'string') return [parameters['output']]
  const { columns, parts } = parameters
  if (Array.isArray(columns) && Array.isArray(parts))
    return columns.flatMap((column) => parts.map((part) => `${String(column)}_${String(part)}`))
  return []
}

/** What `columns` may be beside names: a kind of column. */
const kinds = new Set(['number', 'category', 'text', 'timestamp', 'boolean'])

describe.each([...blueprints])('%s', (name, blueprint: Blueprint) => {
  const columns = new Set(blueprint.columns.map((column) => column.name))

  test('is plain data that survives JSON and the schema', () => {
    expect(blueprint.name).toBe(name)
    expect(parseBlueprint(JSON.parse(JSON.stringify(blueprint)))).toEqual(blueprint)
    expect(blueprint.origin).toBe('explicit')
  })

  test('has one label, whose classes are allowed values, and one identifier, which is unique', () => {
    const [label, ...more] = blueprint.columns.filter(({ role }) => role === 'label')
    expect(more).toEqual([])
    expect(label?.name).toBe(blueprint.label.column)
    expect(label?.allowed).toEqual(
      expect.arrayContaining([blueprint.label.positive, blueprint.label.negative]),
    )
    const ids = blueprint.columns.filter(({ role }) => role === 'id').map((column) => column.name)
    expect(ids).toHaveLength(1)
    expect(blueprint.unique_keys).toContainEqual(ids)
    expect(blueprint.columns.filter(({ role }) => role === 'event_time')).toHaveLength(1)
  })

  test('steps read raw columns or what an earlier step made, and nothing that a model may not see', () => {
    const hidden = new Set(
      blueprint.columns
        .filter(({ role }) =>
          ['id', 'entity', 'label', 'sensitive', 'post_outcome', 'ignored'].includes(role),
        )
        .map((column) => column.name),
    )
    const known = new Set(columns)
    for (const { kind, parameters } of blueprint.steps) {
      for (const column of namedColumns(parameters).filter((each) => !kinds.has(each))) {
        expect([kind, column, known.has(column)]).toEqual([kind, column, true])
        expect([kind, column, hidden.has(column)]).toEqual([kind, column, false])
      }
      for (const added of addedColumns(parameters)) known.add(added)
    }
  })

  test('reasons, rules, keys and fairness name columns that exist', () => {
    const rules = blueprint.business_rules.flatMap((rule) => {
      if (rule.kind === 'compare_columns') return [rule.left, rule.right]
      if (rule.kind === 'sum_equals') return [...rule.parts, rule.total]
      return [rule.kind === 'within_years' ? rule.column : rule.left]
    })
    for (const column of [
      ...Object.keys(blueprint.reasons),
      ...rules,
      ...blueprint.unique_keys.flat(),
      ...blueprint.fairness.columns,
    ]) {
      expect(columns).toContain(column)
    }
    const codes = Object.values(blueprint.reasons).map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  test('considers the simplest candidate first, and its costs say that a missed case is the dearest', () => {
    expect(blueprint.candidates[0]?.kind).toBe('logistic_regression')
    const costs = blueprint.costs ?? { false_negative: NaN, false_positive: NaN, manual_review: NaN }
    expect(costs.false_negative).toBeGreaterThan(costs.false_positive + costs.manual_review)
  })
})

describe('findBlueprint', () => {
  test('finds by name', () => {
    expect(findBlueprint('claims').label.column).toBe('is_high_risk')
    expect(findBlueprint('auto-fraud').columns).toHaveLength(40)
  })

  test('names those that exist', () => {
    expect(() => findBlueprint('motor')).toThrow(ClaimsError)
    expect(() => findBlueprint('motor')).toThrow(/claims, auto-fraud/)
  })
})
