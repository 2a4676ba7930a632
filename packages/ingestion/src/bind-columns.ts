import { ClaimsError, type Column, type FieldProblem, type Finding } from '@claims/contracts'
import { cellRules, type CellRules } from './cell-rules.ts'
import { describeAllowed } from './describe-allowed.ts'
import { nearestName } from './nearest-name.ts'

/** What a reader wants of the columns. */
export interface BindOptions {
  readonly columns: readonly Column[]
  /** Whether the label must be there. */
  readonly requireLabel?: boolean
  /** Name of the label column; without it the column of role `label`. */
  readonly labelColumn?: string
}

/** A blueprint's column and where it is in a table. */
export interface BoundColumn {
  readonly rules: CellRules
  /** 0-based position in the header; -1 for an optional column that is absent. */
  readonly source: number
}

/** The columns of a blueprint found in a header. */
export interface BoundColumns {
  /** Blueprint order; without ignored columns and without label and post-outcome columns that are absent. */
  readonly bound: readonly BoundColumn[]
  /** Names of the header that the blueprint does not know. */
  readonly unexpected: readonly string[]
  /** A warning per optional column that is absent. */
  readonly findings: readonly Finding[]
}

/**
 * Finds the columns of a blueprint in a header, by name or else by alias.
 *
 * @param names the header
 * @throws ClaimsError `missing_column` listing every required column that is absent; `label_absent` when only the
 *   label is
 */
export function bindColumns(names: readonly string[], options: BindOptions): BoundColumns {
  const position = new Map(names.map((name, i) => [name, i]))
  const known = new Set<string>()
  const bound: BoundColumn[] = []
  const findings: Finding[] = []
  const absent: FieldProblem[] = []
  let labelAbsent = false
  for (const column of options.columns) {
    const match = findColumn(column, position)
    if (match !== undefined) known.add(match.name)
    if (column.role === 'ignored') continue
    if (match !== undefined) {
      bound.push({ rules: cellRules(column, match.multiply), source: position.get(match.name)! })
      continue
    }
    const isLabel = column.name === options.labelColumn || column.role === 'label'
    if (isLabel && options.requireLabel === true) labelAbsent = true
    else if (isLabel || column.role === 'post_outcome') continue
    else if (!column.required) {
      bound.push({ rules: cellRules(column), source: -1 })
      findings.push(absentFinding(column, names))
      continue
    }
    absent.push(absentProblem(column, names))
  }
  if (absent.length > 0) {
    const code = labelAbsent && absent.length === 1 ? 'label_absent' : 'missing_column'
    const listed = absent.map(({ field, problem }) => `"${field}" ${problem}`).join('; ')
    throw new ClaimsError(code, `The data lacks what is needed: ${listed}`, { problems: absent })
  }
  return { bound, unexpected: names.filter((name) => !known.has(name)), findings }
}

function findColumn(
  column: Column,
  position: ReadonlyMap<string, number>,
): { name: string; multiply: number } | undefined {
  if (position.has(column.name)) return { name: column.name, multiply: 1 }
  const alias = column.aliases.find((candidate) => position.has(candidate.name))
  return alias === undefined ? undefined : { name: alias.name, multiply: alias.multiply ?? 1 }
}

function absentProblem(column: Column, names: readonly string[]): FieldProblem {
  const near = nearestName(column.name, names)
  return {
    field: column.name,
    problem: near === undefined ? 'is absent' : `is absent; did you mean "${near}"?`,
    allowed: describeAllowed(column),
  }
}

function absentFinding(column: Column, names: readonly string[]): Finding {
  const near = nearestName(column.name, names)
  return {
    row: null,
    field: column.name,
    value: null,
    rule: 'absent_column',
    problem: `the column is absent and ${column.default === undefined ? 'counts as missing' : `takes its default ${String(column.default)}`} in every row${near === undefined ? '' : `; did you mean "${near}"?`}`,
    allowed: describeAllowed(column),
    severity: 'warning',
  }
}
