import {
  ClaimsError,
  type Column,
  type Finding,
  type Manifest,
  type Policy,
  type RiskBand,
  type RiskFactor,
  type RowWarning,
} from '@claims/contracts'
import { cellAt, isMissing, type Frame, type Matrix } from '@claims/frame'
import { createReasoner, decide, type Reasoner } from '@claims/evaluation'
import { createRecordReader, type RecordReader } from '@claims/ingestion'
import type { Calibrator, Contributions, FittedClassifier } from '@claims/models'
import type { FittedSteps } from '@claims/preprocessing'
import { createValidator, type Validator } from '@claims/validation'
import { transformFeatures, type FittedFeatures } from './fit-features.ts'

/** The score of one row, or why it has none. */
export type ScoredRow =
  | {
      readonly ok: true
      /** Null where the row has no id. */
      readonly claimId: string | null
      /** Calibrated probability of the positive class. */
      readonly probability: number
      readonly riskLevel: 'low' | 'high'
      readonly riskBand: RiskBand
      readonly decision: string
      /** Largest contribution first, on the log-odds scale of the uncalibrated model. */
      readonly factors: readonly RiskFactor[]
      /** What was found in the row and did not stop its score. */
      readonly warnings: readonly RowWarning[]
    }
  | { readonly ok: false; readonly claimId: string | null; readonly error: ClaimsError }

/** How to score. */
export interface ScoreOptions {
  /** At most this many reasons per row; 0 leaves the contributions out. */
  readonly reasons: number
}

/** A bundle that is loaded and ready: the same steps and model whether one row is scored or a million. */
export interface Scorer {
  readonly manifest: Manifest
  readonly policy: Policy
  /** Columns that a row to score may have. */
  readonly inputColumns: readonly Column[]
  /** Scores parsed JSON values, one result per record, in order. */
  scoreRecords(records: readonly unknown[], options: ScoreOptions): readonly ScoredRow[]
  /** Scores typed rows, one result per row, in order. @param findings what reading them found */
  scoreFrame(frame: Frame, findings: readonly Finding[], options: ScoreOptions): readonly ScoredRow[]
  /** Calibrated probability of each row of raw columns that are known to be valid. */
  probabilities(frame: Frame): Float64Array
  /** Frees native memory. */
  dispose(): void
}

/** A scorer that can also explain many rows at once. */
export interface ExplainingScorer extends Scorer {
  /** Features of each row and their contributions, on the log-odds scale. @param frame raw columns known to be valid */
  explain(frame: Frame): { readonly matrix: Matrix; readonly contributions: Contributions }
  /** The model's features in order, and the raw columns that each is made of. */
  readonly features: { readonly names: readonly string[]; readonly sources: FittedSteps['sources'] }
}

/** What a scorer is made of. */
export interface ScorerParts {
  readonly manifest: Manifest
  readonly policy: Policy
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  readonly calibrator: Calibrator
}

/**
 * Puts fitted parts together into a scorer. One claim is a frame of one row: there is no other path.
 *
 * @param parts fitted steps, model, calibrator and policy of one bundle
 */
export function createScorer(parts: ScorerParts): ExplainingScorer {
  const { manifest, policy, features, model, calibrator } = parts
  const { blueprint } = manifest
  const inputColumns = blueprint.columns.filter(
    (column) => column.role !== 'label' && column.role !== 'post_outcome',
  )
  const modelInputs = manifest.input_schema.map((column) => column.name)
  const idColumn = blueprint.columns.find((column) => column.role === 'id')?.name
  const validator: Validator = createValidator(blueprint)
  const readRecords: RecordReader = createRecordReader(inputColumns)
  const reasoners = new Map<number, Reasoner>()
  const reasonerOf = (limit: number): Reasoner => {
    const known = reasoners.get(limit)
    if (known !== undefined) return known
    const made = createReasoner({
      featureNames: features.names,
      sources: features.steps.sources,
      blueprint,
      limit,
    })
    reasoners.set(limit, made)
    return made
  }

  const probabilities = (frame: Frame): Float64Array =>
    calibrator.apply(model.predictProba(transformFeatures(features, frame.select(modelInputs))))

  const scoreFrame = (
    frame: Frame,
    findings: readonly Finding[],
    { reasons }: ScoreOptions,
  ): readonly ScoredRow[] => {
    const validation = validator.validate(frame, { findings, now: new Date(), purpose: 'scoring' })
    const results = new Array<ScoredRow>(frame.rows)
    const warnings = warningsByRow(validation.findings)
    const accepted = new Uint32Array(frame.rows)
    let n = 0
    for (let row = 0; row < frame.rows; row++) {
      if (validation.rejected[row] === 1) {
        results[row] = {
          ok: false,
          claimId: idOf(frame, idColumn, row),
          error: invalidClaim(validation.errorsOfRow(row)),
        }
      } else accepted[n++] = row
    }
    if (n === 0) return results
    const inputs = frame.select(modelInputs)
    const kept = n === frame.rows ? inputs : inputs.take(accepted.subarray(0, n))
    const matrix = transformFeatures(features, kept)
    const calibrated = calibrator.apply(model.predictProba(matrix))
    const contributions = reasons > 0 ? model.contributions(matrix) : undefined
    const reasoner = reasonerOf(reasons)
    for (let i = 0; i < n; i++) {
      const row = accepted[i]!
      const probability = calibrated[i]!
      const decided = decide(policy, probability)
      results[row] = {
        ok: true,
        claimId: idOf(frame, idColumn, row),
        probability,
        riskLevel: decided.risk_level,
        riskBand: decided.risk_band,
        decision: decided.decision,
        factors:
          contributions === undefined
            ? []
            : reasoner(
                contributions.values,
                (name) => cellAt(kept.column(name), i),
                i * (contributions.features + 1),
              ),
        warnings: warnings.get(row) ?? [],
      }
    }
    return results
  }

  return {
    manifest,
    policy,
    inputColumns,
    probabilities,
    explain: (frame) => {
      const matrix = transformFeatures(features, frame.select(modelInputs))
      return { matrix, contributions: model.contributions(matrix) }
    },
    features: { names: features.names, sources: features.steps.sources },
    scoreFrame,
    scoreRecords(records, options) {
      const { frame, findings } = readRecords(records)
      return scoreFrame(frame, findings, options)
    },
    dispose: () => {
      model.dispose()
    },
  }
}

function idOf(frame: Frame, idColumn: string | undefined, row: number): string | null {
  if (idColumn === undefined || !frame.has(idColumn)) return null
  const column = frame.column(idColumn)
  if (isMissing(column, row)) return null
  if (column.kind === 'text') return column.values[row] ?? null
  if (column.kind === 'category') return column.levels[column.codes[row]!] ?? null
  return String(column.values[row])
}

function warningsByRow(findings: readonly Finding[]): ReadonlyMap<number, RowWarning[]> {
  const byRow = new Map<number, RowWarning[]>()
  for (const { row, field, rule, problem, severity } of findings) {
    if (row === null || severity !== 'warning') continue
    const warning = { field, code: rule, problem }
    const known = byRow.get(row)
    if (known === undefined) byRow.set(row, [warning])
    else known.push(warning)
  }
  return byRow
}

function invalidClaim(findings: readonly Finding[]): ClaimsError {
  const problems = findings.map((finding) => ({
    field: finding.field,
    problem: finding.problem,
    allowed: finding.allowed,
    ...(finding.value === null ? {} : { received: finding.value }),
  }))
  const first = problems[0]
  return new ClaimsError(
    'invalid_claim',
    `The claim is not valid: ${first === undefined ? '' : `${first.field} ${first.problem}`}`,
    { problems },
  )
}
