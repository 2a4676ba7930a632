import { ClaimsError, columnRoles, type Column, type LeakageFinding } from '@claims/contracts'
import { createRandom, type Frame } from '@claims/frame'
import { judgeColumnName } from './column-name-evidence.ts'
import { identifierFindings } from './identifier-findings.ts'
import { drawSample } from './labelled-sample.ts'
import { rowOrderFindings } from './row-order-findings.ts'
import { levelFindings, measureFeatures, strengthFindings } from './strength-findings.ts'

/** What the scan looks at. */
export interface LeakageScanInput {
  /** All labelled rows, in the order of the file: n rows. */
  readonly frame: Frame
  /** Length n, 0 or 1. */
  readonly target: Uint8Array
  /** As declared; only those that become features and that the frame holds are judged. */
  readonly columns: readonly Column[]
  readonly labelColumn: string
  readonly seed: number
}

const fewestRows = 50
const fewestOfClass = 10

/**
 * Looks for features that tell the label in a way they could not when a claim comes in. Runs before training, on
 * training and test rows alike: what it finds decides which columns stay out, never what a model learns from them.
 *
 * - `identifier` (block): 99 % or more of the values occur once, and they are whole numbers that number things, or a
 *   category. Whole numbers without sign of being an identifier, such as amounts, only warn. Free text of several
 *   words, documents, dates and fractions are no identifiers.
 * - `post_outcome_name` (block, or warning for weak words): see `judgeColumnName`.
 * - `suspicious_single_feature`: the feature alone has an out-of-fold AUC of 0.95 or more (block); 0.85 or more, or
 *   0.75 or more and twice as far from 0.5 as the next feature (warning); or a few levels of a category carry all its
 *   signal (warning, see `findConcentratedLevels`).
 * - `row_order`: neighbouring rows tell the label, AUC 0.55 or more (warning, column null). A feature that numbers such
 *   rows, evenly or by whole numbers of which none repeats, memorises them (block). One by which the file is merely
 *   sorted warns, as does one that numbers rows whose order alone tells nothing, or a calendar of few values.
 *
 * Everything but names must be five standard errors from chance. AUC and levels come from at most 50,000 random rows.
 *
 * @returns findings with action `reported`; `applyLeakagePolicy` decides what follows
 * @throws ClaimsError `length_mismatch` when target and frame differ in length
 * @example
 * const findings = scanLeakage({ frame, target, columns: blueprint.columns, labelColumn: 'fraud', seed: 42 })
 */
export function scanLeakage(input: LeakageScanInput): LeakageFinding[] {
  const { frame, target, columns, labelColumn } = input
  if (target.length !== frame.rows) {
    throw new ClaimsError(
      'length_mismatch',
      `The target has ${target.length} rows, the frame has ${frame.rows}`,
    )
  }
  const features = columns
    .filter(
      (column) => columnRoles[column.role].isFeature && column.name !== labelColumn && frame.has(column.name),
    )
    .map((declared) => ({ declared, values: frame.column(declared.name) }))
  const named = features.flatMap(({ declared }) => nameFindings(declared.name, labelColumn))
  if (frame.rows < fewestRows) return named

  const random = createRandom(input.seed).split('leakage')
  const sample = drawSample(target, random.split('rows'))
  const measurable =
    sample.positives >= fewestOfClass && sample.rows.length - sample.positives >= fewestOfClass
  const strengths = measureFeatures(measurable ? features : [], sample)
  return [
    ...named,
    ...identifierFindings(features, sample.rows, strengths),
    ...strengthFindings(strengths),
    ...levelFindings(strengths),
    ...rowOrderFindings(features, { target, random, strengths }),
  ]
}

function nameFindings(column: string, labelColumn: string): LeakageFinding[] {
  const evidence = judgeColumnName(column, labelColumn)
  if (evidence === null) return []
  const { severity, words } = evidence
  const message =
    severity === 'block'
      ? `${column}: the name ("${words}") says that it is made with or after the outcome.`
      : `${column}: the name ("${words}") may mean that it is made with or after the outcome. Check when it is filled in.`
  return [{ column, kind: 'post_outcome_name', severity, action: 'reported', evidence: { words }, message }]
}
