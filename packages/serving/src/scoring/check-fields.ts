import type { Column, FieldProblem, RowWarning } from '@claims/contracts'
import { nearNames } from './near-names.ts'
import { shortened } from './shortened.ts'

/**
 * What happens with fields that the use case does not know: `error` refuses a claim whose field is almost a known one
 * that is absent and warns of others; `warn` only warns; `ignore` says nothing.
 */
export type UnknownFields = 'error' | 'warn' | 'ignore'

/** What is counted, whatever is said about it. */
export interface FieldCounts {
  /** Fields that are almost a known one that is absent. */
  near_miss: number
  /** Other fields that are not known. */
  unexpected: number
  /** Known fields that were given under two names with different values. */
  conflicting: number
}

/** One claim, its fields judged. */
export interface CheckedFields {
  /** The claim with its known fields only. */
  readonly record: Readonly<Record<string, unknown>>
  /** Code of the refusal; null where the fields do not refuse the claim. */
  readonly code: 'near_miss_field' | 'invalid_claim' | null
  /** Why the claim is refused; empty where it is not. */
  readonly problems: readonly FieldProblem[]
  readonly warnings: readonly RowWarning[]
  readonly counts: FieldCounts
}

/** Judges the names of a claim's fields. */
export interface FieldCheck {
  /** Every name that a field may have. */
  readonly known: ReadonlySet<string>
  /** Starts a request: its distinct unknown names are compared, as far as the limit goes. */
  begin(): void
  check(record: Readonly<Record<string, unknown>>, mode: UnknownFields): CheckedFields
}

/** Unknown names that the warnings of one claim list. */
const listedNames = 20
/** Distinct unknown names of one request that are compared letter by letter. */
const comparedNames = 1_000

/**
 * Prepares the judging of field names for a model; the work per claim is linear in its fields.
 *
 * @param columns input columns of the served blueprint
 * @example
 * const fields = createFieldCheck(scorer.inputColumns)
 * fields.begin()
 * const { record, problems, warnings } = fields.check({ customerAge: 21 }, 'error')
 */
export function createFieldCheck(columns: readonly Column[]): FieldCheck {
  const columnOf = new Map<string, Column>()
  for (const column of columns) {
    columnOf.set(column.name, column)
    for (const alias of column.aliases) columnOf.set(alias.name, column)
  }
  const used = columns.filter((column) => column.role !== 'ignored')
  const usedNames = used.flatMap((column) => [column.name, ...column.aliases.map((alias) => alias.name)])
  const near = nearNames(usedNames, { compared: comparedNames })
  const aliased = used.filter((column) => column.aliases.length > 0)

  return {
    known: new Set(columnOf.keys()),
    begin: () => {
      near.reset()
    },
    check: (record, mode) => {
      const known: [string, unknown][] = []
      const unknown: string[] = []
      for (const name of Object.keys(record)) {
        if (columnOf.has(name)) known.push([name, record[name]])
        else unknown.push(name)
      }
      const problems: FieldProblem[] = []
      const warnings: RowWarning[] = []
      const counts: FieldCounts = { near_miss: 0, unexpected: 0, conflicting: 0 }
      const isAbsent = (column: Column): boolean =>
        isEmpty(record, column.name) && column.aliases.every((alias) => isEmpty(record, alias.name))

      let unlisted = 0
      let uncompared = 0
      for (const name of unknown) {
        const candidates = near.find(name)
        if (candidates === null) uncompared += 1
        const meant = candidates?.find((candidate) => isAbsent(columnOf.get(candidate)!))
        if (meant !== undefined) counts.near_miss += 1
        else counts.unexpected += 1
        if (mode === 'ignore') continue
        if (meant !== undefined && mode === 'error') problems.push(nearMiss(name, meant))
        else if (warnings.length < listedNames)
          warnings.push(meant === undefined ? unexpected(name) : nearMissWarning(name, meant))
        else unlisted += 1
      }
      if (unlisted > 0) warnings.push(andMore(unlisted))
      if (uncompared > 0 && mode !== 'ignore') warnings.push(notCompared(uncompared))

      for (const column of aliased) {
        const other = conflictingName(column, record)
        if (other === null) continue
        counts.conflicting += 1
        if (mode === 'error') problems.push(conflict(column, other))
        else
          warnings.push({ field: column.name, code: 'conflicting', problem: conflict(column, other).problem })
      }
      return {
        record: unknown.length === 0 ? record : Object.fromEntries(known),
        code: problems.length === 0 ? null : counts.near_miss > 0 ? 'near_miss_field' : 'invalid_claim',
        problems,
        warnings,
        counts,
      }
    },
  }
}

/** Warns of names that nobody reads; the first 20 by name. */
export function unexpectedFields(names: readonly string[]): readonly RowWarning[] {
  const more = names.length - listedNames
  return [...names.slice(0, listedNames).map(unexpected), ...(more > 0 ? [andMore(more)] : [])]
}

function isEmpty(record: Readonly<Record<string, unknown>>, name: string): boolean {
  if (!Object.hasOwn(record, name)) return true
  const value = record[name]
  return value === null || (typeof value === 'string' && value.trim() === '')
}

/** The second name under which the column has another value; null where there is none. */
function conflictingName(column: Column, record: Readonly<Record<string, unknown>>): string | null {
  let first: unknown
  const names = [{ name: column.name, multiply: undefined }, ...column.aliases]
  for (const { name, multiply } of names) {
    if (isEmpty(record, name)) continue
    const value = comparable(column, record[name], multiply)
    if (first === undefined) first = value
    else if (!agree(first, value)) return name
  }
  return null
}

function comparable(column: Column, value: unknown, multiply = 1): unknown {
  if (column.type === 'number') {
    const number =
      typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint'
        ? Number(value)
        : NaN
    if (!Number.isNaN(number)) return number * multiply
  }
  return typeof value === 'string' ? value.trim() : JSON.stringify(value, plainDigits)
}

function plainDigits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function agree(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

function nearMiss(name: string, meant: string): FieldProblem {
  return { field: shortened(name), problem: almost(meant), allowed: meant }
}

function nearMissWarning(name: string, meant: string): RowWarning {
  return { field: shortened(name), code: 'near_miss_field', problem: `${almost(meant)}; it is not used` }
}

function almost(meant: string): string {
  return `is no field of this use case, and "${shortened(meant)}", which is almost the same, is absent`
}

function unexpected(name: string): RowWarning {
  return {
    field: shortened(name),
    code: 'unexpected',
    problem: 'is no field of this use case and is not used',
  }
}

function andMore(count: number): RowWarning {
  return {
    field: '',
    code: 'unexpected',
    problem: `and ${String(count)} more fields that are not known and not used`,
  }
}

function notCompared(count: number): RowWarning {
  return {
    field: '',
    code: 'unexpected',
    problem: `${String(count)} of the names were not compared with the known ones: the request has too many`,
  }
}

function conflict(column: Column, other: string): FieldProblem {
  return {
    field: column.name,
    problem: `is given again as "${shortened(other)}" with another value`,
    allowed: 'one of the names, or the same value',
  }
}
