import {
  ClaimsError,
  columnRoles,
  echoValue,
  type Column,
  type Finding,
  type Manifest,
  type Policy,
  type RiskBand,
  type RiskFactor,
  type RowWarning,
} from '@claims/contracts'
import { cellAt, isMissing, takeMatrixRows, type Frame, type Matrix } from '@claims/frame'
import { createReasoner, decide, type Reasoner } from '@claims/evaluation'
import { createRecordReader, type ReadRecords, type RecordReader } from '@claims/ingestion'
import type { Calibrator, Contributions, FittedClassifier } from '@claims/models'
import type { FittedSteps } from '@claims/preprocessing'
import { createValidator, type Validation, type Validator } from '@claims/validation'
import { contributionsOf } from './contributions-of.ts'
import { transformFeatures, type FittedFeatures } from './fit-features.ts'
import { infiniteRows } from './infinite-rows.ts'
import { noveltyByRow, type NoveltyCheck } from './novelty.ts'
import type { ScoringSummary } from './scoring-summary.ts'

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
  /** 0-based row of the file that the rows start with; messages number rows by the file. Default 0. */
  readonly firstRow?: number
  /** Gets what is worth a warning about the file as a whole. */
  readonly summary?: ScoringSummary
}

/** A bundle that is loaded and ready: the same steps and model whether one row is scored or a million. */
export interface Scorer {
  readonly manifest: Manifest
  readonly policy: Policy
  /** Columns that a row to score may have. */
  readonly inputColumns: readonly Column[]
  /** What the training rows held; undefined where the bundle does not tell. */
  readonly novelty?: NoveltyCheck | undefined
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
  /** Rows whose features cannot be computed because one is infinite. @param frame raw columns known to be valid */
  infiniteRows(frame: Frame): ReadonlyMap<number, readonly Finding[]>
}

/** What a scorer is made of. */
export interface ScorerParts {
  readonly manifest: Manifest
  readonly policy: Policy
  readonly features: FittedFeatures
  readonly model: FittedClassifier
  readonly calibrator: Calibrator
  /** What the training rows held; absent in bundles that do not tell. */
  readonly novelty?: NoveltyCheck
}

/**
 * Puts fitted parts together into a scorer. One claim is a frame of one row: there is no other path.
 *
 * @param parts fitted steps, model, calibrator and policy of one bundle
 */
export function createScorer(parts: ScorerParts): ExplainingScorer {
  const { manifest, policy, features, model, calibrator, novelty } = parts
  const { blueprint } = manifest
  const inputColumns = blueprint.columns.filter(({ role }) => !columnRoles[role].afterOutcome)
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

  const origin = { columns: blueprint.columns, sourcesOf: (name: string) => features.steps.sourcesOf(name) }
  const warningsAt = (
    validation: Validation,
    isNew: ReadonlyMap<number, readonly RowWarning[]>,
    unknownOfRow: ReadRecords['unknownOfRow'],
  ): ((row: number) => readonly RowWarning[]) => {
    const found = validation.report.counts.some(({ severity }) => severity === 'warning')
    return (row) => {
      const unknown = unknownOfRow(row)
      const news = isNew.get(row)
      if (!found && news === undefined) return unknown
      return [...unknown, ...(found ? validation.warningsOfRow(row).map(rowWarning) : []), ...(news ?? [])]
    }
  }

  const scoreRows = (
    { frame, findings, unknownOfRow }: ReadRecords,
    { reasons, firstRow = 0, summary }: ScoreOptions,
  ): readonly ScoredRow[] => {
    const now = new Date()
    const validation = validator.validate(frame, { findings, now, purpose: 'scoring', firstRow })
    const news = novelty?.inspect(frame, now.getTime())
    const warningsOf = warningsAt(
      validation,
      news === undefined ? new Map<number, readonly RowWarning[]>() : noveltyByRow(news),
      unknownOfRow,
    )
    const results = new Array<ScoredRow>(frame.rows)
    const reject = (row: number, errors: readonly Finding[]): void => {
      results[row] = { ok: false, claimId: idOf(frame, idColumn, row), error: invalidClaim(errors) }
    }
    const accepted = new Uint32Array(frame.rows)
    let n = 0
    for (let row = 0; row < frame.rows; row++) {
      if (validation.rejected[row] === 1) reject(row, validation.errorsOfRow(row))
      else accepted[n++] = row
    }
    const rejections: Finding[] = []
    if (n > 0) {
      const inputs = frame.select(modelInputs)
      let rows = accepted.subarray(0, n)
      let kept = n === frame.rows ? inputs : inputs.take(rows)
      let matrix = transformFeatures(features, kept)
      const infinite = infiniteRows(matrix, origin)
      if (infinite.size > 0) {
        for (const [i, errors] of infinite) {
          const row = rows[i]!
          rejections.push(...errors.map((finding) => ({ ...finding, row: row + firstRow })))
          reject(row, errors)
        }
        const finite = Uint32Array.from(rows.keys()).filter((i) => !infinite.has(i))
        matrix = takeMatrixRows(matrix, finite)
        kept = kept.take(finite)
        rows = finite.map((i) => rows[i]!)
      }
      if (rows.length > 0) scoreMatrix({ matrix, kept, rows, frame, reasons, warningsOf }, results)
    }
    summary?.add({
      rows: frame.rows,
      validation: { counts: validation.report.counts, findings: validation.report.findings },
      rejections,
      novelty: news,
    })
    return results
  }

  const scoreMatrix = (
    { matrix, kept, rows, frame, reasons, warningsOf }: RowsToScore,
    results: ScoredRow[],
  ): void => {
    const calibrated = calibrator.apply(model.predictProba(matrix))
    const contributions = reasons > 0 ? model.contributions?.(matrix) : undefined
    const reasoner = reasonerOf(reasons)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
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
                (name) => echoValue(cellAt(kept.column(name), i)),
                i * (contributions.features + 1),
              ),
        warnings: warningsOf(row),
      }
    }
  }

  return {
    manifest,
    policy,
    inputColumns,
    novelty,
    probabilities,
    explain: (frame) => {
      const matrix = transformFeatures(features, frame.select(modelInputs))
      return { matrix, contributions: contributionsOf(model, matrix) }
    },
    features: { names: features.names, sources: features.steps.sources },
    infiniteRows: (frame) => infiniteRows(transformFeatures(features, frame.select(modelInputs)), origin),
    scoreFrame: (frame, findings, options) =>
      scoreRows({ frame, findings: [...findings], unknownOfRow: nothingUnknown }, options),
    scoreRecords: (records, options) => scoreRows(readRecords(records), options),
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

interface RowsToScore {
  /** Features of the rows, one by one. */
  readonly matrix: Matrix
  /** Raw columns of the same rows. */
  readonly kept: Frame
  /** Place of each of them in `frame`. */
  readonly rows: Uint32Array
  readonly frame: Frame
  readonly reasons: number
  readonly warningsOf: (row: number) => readonly RowWarning[]
}

const nothing: readonly RowWarning[] = []
const nothingUnknown = (): readonly RowWarning[] => nothing

function rowWarning({ field, rule, problem }: Finding): RowWarning {
  return { field, code: rule, problem }
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
