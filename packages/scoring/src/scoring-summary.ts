import { echoValue, type DataWarning, type Finding } from '@claims/contracts'
import { cellAt } from '@claims/frame'
import { createWarningSummary, type CountedFindings } from '@claims/validation'
import { percentOf, type Novelty, type NoveltyCheck } from './novelty/novelty.ts'

/** From this share on unseen levels are more often a fault of the export than news. */
const loudShare = 0.2
const mostExamples = 3

/** What one batch showed. */
export interface ScoredBatch {
  readonly rows: number
  readonly validation: CountedFindings
  /** Rows that were rejected after their checks, such as for an infinite feature. */
  readonly rejections: readonly Finding[]
  readonly novelty: Novelty | undefined
}

/** Adds up what is worth a warning about a whole file, in memory that does not grow with its rows. */
export interface ScoringSummary {
  add(batch: ScoredBatch): void
  /** Adds findings about the file that no batch holds. */
  addFindings(findings: readonly Finding[]): void
  warnings(): DataWarning[]
}

interface Tally {
  unseen: number
  outside: number
  present: number
  readonly examples: Map<string, string | undefined>
  readonly values: string[]
}

/**
 * Starts the summary of a file that is scored.
 *
 * @param check what training showed; undefined where the bundle does not tell
 */
export function createScoringSummary(check: NoveltyCheck | undefined): ScoringSummary {
  const summary = createWarningSummary()
  const tallies = new Map<string, Tally>(
    (check?.seen.columns ?? []).map(({ name }) => [
      name,
      { unseen: 0, outside: 0, present: 0, examples: new Map(), values: [] },
    ]),
  )
  let rows = 0
  return {
    add(batch) {
      rows += batch.rows
      summary.add(batch.validation)
      summary.addFindings(batch.rejections)
      if (batch.novelty === undefined || check === undefined) return
      for (const [name, present] of batch.novelty.present) tallies.get(name)!.present += present
      for (const found of batch.novelty.found) {
        const tally = tallies.get(found.seen.name)!
        if (found.code === 'unseen_level') tally.unseen += found.rows.length
        if (found.code === 'range_of_training') tally.outside += found.rows.length
        for (let i = 0; i < found.rows.length && tally.examples.size < mostExamples; i++) {
          const value = String(echoValue(cellAt(found.column, found.rows[i]!)))
          if (found.code === 'unseen_level')
            tally.examples.set(value, check.nearLevel(found.seen.name, value))
          else if (found.code === 'range_of_training') tally.examples.set(value, undefined)
          else break
        }
      }
    },
    addFindings: (findings) => {
      summary.addFindings(findings)
    },
    warnings() {
      const known = summary.warnings(rows)
      const news = (check?.seen.columns ?? []).flatMap((column) =>
        warningsOf(column, { tally: tallies.get(column.name)!, rows, known }),
      )
      const untold = check === undefined ? [untoldWarning()] : []
      return [...known, ...news, ...untold].map((warning) => withTrainingShare(warning, check))
    },
  }
}

function warningsOf(
  { name, missing_share: missingShare, once_share: onceShare }: NoveltyCheck['seen']['columns'][number],
  state: { readonly tally: Tally; readonly rows: number; readonly known: readonly DataWarning[] },
): DataWarning[] {
  const { tally, rows, known } = state
  const warnings: DataWarning[] = []
  const severity = 'warning' as const
  const examples = [...tally.examples].map(([value, near]) =>
    near === undefined ? value : `${value} (did you mean ${echoValue(near)}?)`,
  )
  if (tally.unseen > 0) {
    const share = tally.unseen / tally.present
    const usual = onceShare >= 0.01 ? ` (about ${percentOf(onceShare)} is usual for this column)` : ''
    const loud =
      share >= loudShare
        ? `: ${percentOf(share)} of the values, which is more often a fault of the export than news`
        : ''
    warnings.push({
      field: name,
      code: 'unseen_level',
      problem: `holds values that were not seen in training${loud}${usual}`,
      rows: tally.unseen,
      share: tally.unseen / rows,
      examples: examples.map((example) => echoValue(example)),
      severity,
    })
  }
  if (tally.outside > 0)
    warnings.push({
      field: name,
      code: 'range_of_training',
      problem: 'is outside the range of training',
      rows: tally.outside,
      share: tally.outside / rows,
      examples,
      severity,
    })
  if (rows === 0) return warnings
  const missing = rows - tally.present
  const gap = missing / rows - missingShare
  const said = known.some(({ field, code }) => field === name && code === 'absent_column')
  if (!said && gap >= loudShare)
    warnings.push({
      field: name,
      code: 'absent_column',
      problem: `${missing === rows ? 'has no value in any row' : 'has no value far more often than in training'}, which ${percentOf(1 - missingShare)} of the training rows had`,
      rows: missing,
      share: missing / rows,
      examples: [],
      severity,
    })
  return warnings
}

function withTrainingShare(warning: DataWarning, check: NoveltyCheck | undefined): DataWarning {
  if (warning.code !== 'absent_column' || warning.rows !== null) return warning
  const seen = check?.seen.columns.find(({ name }) => name === warning.field)
  if (seen === undefined) return warning
  return {
    ...warning,
    problem: `${warning.problem} (${percentOf(1 - seen.missing_share)} of the training rows had a value)`,
  }
}

function untoldWarning(): DataWarning {
  return {
    field: '(model)',
    code: 'seen_values_absent',
    problem:
      'does not tell what its training rows held, so that levels and ranges that are new to it cannot be told: train again to have them told',
    rows: null,
    share: null,
    examples: [],
    severity: 'warning',
  }
}
