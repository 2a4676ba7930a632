import type { Blueprint, BusinessRule, Column, ReferenceProfile } from '@claims/contracts'
import { sketchQuantile } from '@claims/frame'

type ExampleValue = string | number | boolean

/** A claim as a JSON object. */
export type ExampleClaim = Record<string, ExampleValue>

/**
 * Makes a typical claim: medians and most frequent levels of the training data, as far as its profile tells them, that
 * fit the columns' limits and the business rules that compare columns. It is shown in the api's description and warms up
 * a model. Sensitive columns are left out where they may be.
 *
 * @param columns input columns of the blueprint
 * @param options `blueprint`, for its business rules; `profile`, what training rows looked like
 * @returns one value per column
 */
export function exampleClaim(
  columns: readonly Column[],
  options: { blueprint: Blueprint; profile?: ReferenceProfile | undefined },
): ExampleClaim {
  const typical = typicalValues(options.profile)
  const claim = new Map<string, ExampleValue>()
  for (const column of columns) {
    if (column.role === 'ignored' || (column.role === 'sensitive' && !column.required)) continue
    claim.set(column.name, exampleValue(column, typical.get(column.name)))
  }
  for (const rule of options.blueprint.business_rules) fitRule(claim, rule)
  return Object.fromEntries(claim)
}

function typicalValues(profile: ReferenceProfile | undefined): ReadonlyMap<string, number | string> {
  const values = new Map<string, number | string>()
  for (const [name, sketch] of Object.entries(profile?.columns ?? {})) {
    // A typical text is nobody's: it stays the example's own.
    if (sketch.kind === 'text') continue
    const value = sketch.kind === 'number' ? sketchQuantile(sketch, 0.5) : sketch.levels[0]
    if (value !== undefined && value !== null && value !== '') values.set(name, value)
  }
  return values
}

function exampleValue(column: Column, typical: number | string | undefined): ExampleValue {
  switch (column.type) {
    case 'number':
      return exampleNumber(column, typical)
    case 'boolean':
      return typical === 'true'
    case 'timestamp':
      if (typeof typical === 'number') return new Date(typical).toISOString().slice(0, 10)
      return column.role === 'event_time' ? '2026-03-02' : '2025-06-01'
    case 'category':
    case 'text':
      return String(typical ?? column.allowed?.[0] ?? exampleText(column))
  }
}

function exampleText(column: Column): string {
  if (column.role === 'id') return 'C-1001'
  if (column.role === 'entity') return 'K-2001'
  return column.role === 'document' ? 'photo.jpg' : 'none'
}

function exampleNumber(column: Column, typical: number | string | undefined): number {
  const low = column.minimum ?? column.exclusive_minimum ?? 0
  const high = column.maximum ?? low + 4
  const value = typeof typical === 'number' ? typical : low + (high - low) / 4
  return column.integer ? Math.round(value) : Math.round(value * 100) / 100
}

function fitRule(claim: Map<string, ExampleValue>, rule: BusinessRule): void {
  if (rule.kind === 'sum_equals')
    claim.set(
      rule.total,
      rule.parts.reduce((sum, part) => sum + Number(claim.get(part) ?? 0), 0),
    )
  if (rule.kind !== 'compare_columns') return
  const left = claim.get(rule.left)
  const right = claim.get(rule.right)
  if (left === undefined || right === undefined) return
  if (rule.operator === '==') claim.set(rule.left, right)
  if ((rule.operator === '<=' && left > right) || (rule.operator === '>=' && left < right))
    claim.set(rule.left, right)
}
