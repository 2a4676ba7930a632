import { echoValue, type DataWarning, type Finding, type ValidationReport } from '@claims/contracts'

/** Findings of some rows: all of them counted, the first ones kept. A `ValidationReport` is one, a `Validation` holds one. */
export interface CountedFindings {
  readonly counts: ValidationReport['counts']
  readonly findings: readonly Finding[]
}

/** Adds findings of batches up to warnings; its memory does not grow with rows. */
export interface WarningSummary {
  /** Adds the findings of some rows. */
  add(found: CountedFindings): void
  /** Adds findings that nobody counted yet, such as those of reading. */
  addFindings(findings: readonly Finding[]): void
  /** One warning per rule and field, errors first, then by rows. @param rows how many were looked at in all */
  warnings(rows: number): DataWarning[]
}

const mostEntries = 500
const mostExamples = 3
const mostProblems = 2
const otherFields = '(other fields)'

interface Entry {
  readonly field: string
  readonly code: string
  readonly severity: DataWarning['severity']
  readonly problems: string[]
  readonly examples: string[]
  count: number
  aboutRows: boolean
}

/**
 * Starts a summary of findings.
 *
 * @example
 * const summary = createWarningSummary()
 * for (const batch of batches) summary.add(validator.validate(batch, options).report)
 * summary.warnings(rows) // [{ field: 'amount', code: 'type', problem: 'is not a number', rows: 26, ... }]
 */
export function createWarningSummary(): WarningSummary {
  const entries = new Map<string, Entry>()
  const entryOf = (rule: string, field: string, severity: Entry['severity']): Entry => {
    const key = `${severity}\n${rule}\n${field}`
    const known = entries.get(key)
    if (known !== undefined) return known
    const named = entries.size < mostEntries
    const place = named ? key : `${severity}\n${rule}\n${otherFields}`
    const shared = entries.get(place)
    if (shared !== undefined) return shared
    const made: Entry = {
      field: named ? field : otherFields,
      code: rule,
      severity,
      problems: [],
      examples: [],
      count: 0,
      aboutRows: false,
    }
    entries.set(place, made)
    return made
  }
  const see = (finding: Finding): Entry => {
    const entry = entryOf(finding.rule, finding.field, finding.severity)
    const { row, rows, problem, value } = finding
    if (row !== null || rows !== undefined) entry.aboutRows = true
    if (entry.problems.length < mostProblems && !entry.problems.includes(problem))
      entry.problems.push(problem)
    if (row !== null && value !== null && entry.examples.length < mostExamples) {
      const text = String(echoValue(value))
      if (!entry.examples.includes(text)) entry.examples.push(text)
    }
    return entry
  }
  return {
    add({ counts, findings }) {
      for (const { rule, field, severity, count } of counts) entryOf(rule, field, severity).count += count
      for (const finding of findings) see(finding)
    },
    addFindings(findings) {
      for (const finding of findings) see(finding).count += finding.rows ?? 1
    },
    warnings: (rows) =>
      [...entries.values()]
        .map(({ field, code, severity, problems, examples, count, aboutRows }): DataWarning => ({
          field: echoValue(field),
          code,
          problem: problems.join(' or '),
          rows: aboutRows ? count : null,
          share: aboutRows ? Math.min(1, count / Math.max(1, rows)) : null,
          examples,
          severity,
        }))
        .sort((a, b) =>
          a.severity === b.severity ? (b.rows ?? 0) - (a.rows ?? 0) : a.severity === 'error' ? -1 : 1,
        ),
  }
}

/**
 * What was found, one warning per rule and field with its count of rows, their share and at most three examples.
 *
 * @param found a validation's report, or its counts with all its findings
 * @param rows how many rows were looked at
 * @example
 * summarizeFindings(validation.report, frame.rows)
 */
export function summarizeFindings(found: CountedFindings, rows: number): DataWarning[] {
  const summary = createWarningSummary()
  summary.add(found)
  return summary.warnings(rows)
}

/**
 * A warning as one line of text.
 *
 * @example
 * describeWarning(warning) // 'amount is not a number: 26 rows (4.33 %), such as 1,240'
 */
export function describeWarning({ field, problem, rows, share, examples }: DataWarning): string {
  const count = rows === null ? '' : `: ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`
  const part = share === null ? '' : ` (${String(Number((share * 100).toPrecision(3)))} %)`
  const such = examples.length === 0 ? '' : `${count === '' ? ':' : ','} such as ${examples.join(', ')}`
  return `${field} ${problem}${count}${part}${such}`
}
