import type { Blueprint, BusinessRule, Column } from '@claims/contracts'

/** A claim as a JSON object. */
export type ExampleClaim = Record<string, string | number | boolean>

/**
 * Makes a claim that fits a blueprint's columns and, as far as single comparisons go, its business rules. It is
 * shown in the api's description and warms up a model.
 *
 * @param columns input columns of the blueprint
 * @param blueprint for its business rules
 * @returns one value per column that is not ignored
 */
export function exampleClaim(columns: readonly Column[], blueprint: Blueprint): ExampleClaim {
  const claim: ExampleClaim = {}
  for (const column of columns) {
    if (column.role !== 'ignored') claim[column.name] = exampleValue(column)
  }
  for (const rule of blueprint.business_rules) fitRule(claim, rule)
  return claim
}

function exampleValue(column: Column): string | number | boolean {
  switch (column.type) {
    case 'number':
      return exampleNumber(column)
    case 'boolean':
      return false
    case 'timestamp':
      return column.role === 'event_time' ? '2026-03-02' : '2025-06-01'
    case 'category':
    case 'text':
      return column.allowed?.[0] ?? (column.role === 'id' || column.role === 'entity' ? 'C-1001' : 'other')
  }
}

function exampleNumber(column: Column): number {
  const low = column.minimum ?? column.exclusive_minimum ?? 0
  const high = column.maximum ?? low + 1000
  const value = low + (high - low) / 4
  return column.integer || Math.abs(value) >= 10 ? Math.round(value) : value
}

function fitRule(claim: ExampleClaim, rule: BusinessRule): void {
  if (rule.kind === 'sum_equals') {
    claim[rule.total] = rule.parts.reduce((sum, part) => sum + Number(claim[part] ?? 0), 0)
  }
  if (rule.kind !== 'compare_columns') return
  const left = claim[rule.left]
  const right = claim[rule.right]
  if (left === undefined || right === undefined) return
  if (rule.operator === '==') claim[rule.left] = right
  if ((rule.operator === '<=' && left > right) || (rule.operator === '>=' && left < right))
    claim[rule.left] = right
}
