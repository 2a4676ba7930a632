import { ClaimsError, type Column, describeAllowed, type FieldProblem, type Finding } from '@claims/contracts'
import { cellRules, type CellRules } from './cell-rules.ts'
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
  /** Where it is found: under its own name first, then under its aliases; none for an optional column that is absent. */
  readonly sources: readonly ColumnPosition[]
}

/** A place in the header. */
interface ColumnPosition {
  /** 0-based. */
  readonly position: number
  /** Factor of the alias, or 1. */
  readonly multiply: number
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
 * Finds the columns of a blueprint in a header, by name and by alias.
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
    const sources = findColumn(column, position)
    for (const source of sources) known.add(names[source.position]!)
    if (column.role === 'ignored') continue
    if (sources.length > 0) {
      bound.push({ rules: cellRules(column), sources })
      continue
    }
    const isLabel = column.name === options.labelColumn || column.role === 'label'
    if (isLabel && options.requireLabel === true) labelAbsent = true
    else if (isLabel || column.role === 'post_outcome') continue
    else if (!column.required) {
      bound.push({ rules: cellRules(column), sources: [] })
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

function findColumn(column: Column, position: ReadonlyMap<string, number>): ColumnPosition[] {
  return [{ name: column.name, multiply: 1 }, ...column.aliases].flatMap(({ name, multiply = 1 }) => {
    const at = position.get(name)
    return at === undefined ? [] : [{ position: at, multiply }]
  })
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
