import type { BlueprintInput } from '@claims/contracts'

type ColumnInput = BlueprintInput['columns'][number]
type Details = Omit<ColumnInput, 'name' | 'role' | 'type'>

/** A number that becomes a feature. */
export function numeric(name: string, details: Details = {}): ColumnInput {
  return { name, role: 'numeric', type: 'number', ...details }
}

/** A category that becomes a feature. */
export function categorical(name: string, details: Details = {}): ColumnInput {
  return { name, role: 'categorical', type: 'category', ...details }
}

/** A date that becomes features. */
export function date(name: string, details: Details = {}): ColumnInput {
  return { name, role: 'date', type: 'timestamp', ...details }
}

/** A column that is read past: it is never a feature. */
export function ignored(name: string, description: string): ColumnInput {
  return { name, role: 'ignored', type: 'text', description }
}
