import { types } from 'node:util'
import {
  claimColumns,
  columnOfRole,
  ClaimsError,
  echoValue,
  type Column,
  type Finding,
  type Manifest,
  type Policy,
  type RiskBand,
  type RiskFactor,
  type RowWarning,
} from '@claims/contracts'
import { cellAt, isMissing, type Frame } from '@claims/frame'
import { createRecordReader, type ReadRecords, type RecordReader } from '@claims/ingestion'
import { createValidator, type Validation, type Validator } from '@claims/validation'
import { decide } from './decide.ts'
import { featureHash } from './feature-hash.ts'
import { createReasoner, type Reasoner } from './explanations/reasons.ts'
import type { FittedPipeline, PreparedRows } from './fitted-pipeline.ts'
import { noveltyByRow, type NoveltyCheck } from './novelty/novelty.ts'
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
      /** Largest contribution first, on the scale that the pipeline declares; empty where it explains nothing. */
      readonly factors: readonly RiskFactor[]
      /** What was found in the row and did not stop its score. */
      readonly warnings: readonly RowWarning[]
      /** Where it was asked for. */
      readonly evidence?: RowEvidence & ScoreEvidence
    }
  | {
      readonly ok: false
      readonly claimId: string | null
      readonly error: ClaimsError
      /** Where it was asked for. */
      readonly evidence?: RowEvidence
    }

/** What a record keeps of a row beside its score. */
export interface RowEvidence {
  /** Value of the entity column; null where there is none. */
  readonly entityId: string | null
}

/** By what a score can be told from one that was made otherwise. */
export interface ScoreEvidence {
  /** What the model gave, before calibration. */
  readonly rawScore: number
  /** SHA-256 of the row's features in the model's order, as 32-bit floats, little-endian; every missing one is 0x7fc00000. */
  readonly featuresSha256: string
}

/** How to score. */
export interface ScoreOptions {
  /** At most this many reasons per row; 0 leaves the contributions out. */
  readonly reasons: number
  /** The moment that date rules and novelty count from: a score of today can be made again later. Default: now. */
  readonly now?: Date | undefined
  /** 0-based row of the file that the rows start with; messages number rows by the file. Default 0. */
  readonly firstRow?: number | undefined
  /** Whether rows come with evidence; default false. */
  readonly evidence?: boolean | undefined
  /** Gets what is worth a warning about the file as a whole. */
  readonly summary?: ScoringSummary | undefined
}

/** A bundle that is loaded and ready: the same fitted pipeline whether one row is scored or a million. */
export interface Scorer {
  readonly manifest: Manifest
  readonly policy: Policy
  /** What computes the probabilities. */
  readonly pipeline: FittedPipeline
  /** Columns that a row to score may have. */
  readonly inputColumns: readonly Column[]
  /** What the training rows held; undefined where the bundle does not tell. */
  readonly novelty?: NoveltyCheck | undefined
  /** Scores parsed JSON values, one result per record, in order. */
  scoreRecords(records: readonly unknown[], options: ScoreOptions): readonly ScoredRow[]
  /** Scores typed rows, one result per row, in order. @param findings what reading them found */
  scoreFrame(frame: Frame, findings: readonly Finding[], options: ScoreOptions): readonly ScoredRow[]
  /** Frees native memory. */
  dispose(): void
}

/** What a scorer is made of. */
export interface ScorerParts {
  readonly manifest: Manifest
  readonly policy: Policy
  readonly pipeline: FittedPipeline
  /** What the training rows held; undefined where the bundle does not tell. */
  readonly novelty?: NoveltyCheck | undefined
}

/**
 * Puts a fitted pipeline and a policy together into a scorer. One claim is a frame of one row: there is no other path.
 *
 * @param parts of one bundle; disposing of the scorer disposes of the pipeline
 */
export function createScorer(parts: ScorerParts): Scorer {
  const { manifest, policy, pipeline, novelty } = parts
  const { blueprint } = manifest
  const inputColumns = claimColumns(blueprint.columns)
  const idColumn = columnOfRole(blueprint.columns, 'id')?.name
  const entityColumn = columnOfRole(blueprint.columns, 'entity')?.name
  const validator: Validator = createValidator(blueprint)
  const readRecords: RecordReader = createRecordReader(inputColumns)
  const reasoners = new Map<number, Reasoner>()
  const reasonerOf = (limit: number): Reasoner => {
    const known = reasoners.get(limit)
    if (known !== undefined) return known
    const made = createReasoner({
      featureNames: pipeline.featureNames,
      sources: pipeline.sources,
      blueprint,
      limit,
    })
    reasoners.set(limit, made)
    return made
  }

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
    { reasons, firstRow = 0, summary, now = new Date(), evidence = false }: ScoreOptions,
  ): readonly ScoredRow[] => {
    requireOptions({ reasons, now })
    const validation = validator.validate(frame, { findings, now, purpose: 'scoring', firstRow })
    const news = novelty?.inspect(frame, now.getTime())
    const warningsOf = warningsAt(
      validation,
      news === undefined ? new Map<number, readonly RowWarning[]>() : noveltyByRow(news),
      unknownOfRow,
    )
    const results = new Array<ScoredRow>(frame.rows)
    const evidenceOf = (row: number): RowEvidence => ({ entityId: idOf(frame, entityColumn, row) })
    const reject = (row: number, errors: readonly Finding[]): void => {
      results[row] = {
        ok: false,
        claimId: idOf(frame, idColumn, row),
        error: invalidClaim(errors),
        ...(evidence && { evidence: evidenceOf(row) }),
      }
    }
    const accepted = new Uint32Array(frame.rows)
    let n = 0
    for (let row = 0; row < frame.rows; row++) {
      if (validation.rejected[row] === 1) reject(row, validation.errorsOfRow(row))
      else accepted[n++] = row
    }
    const rejections: Finding[] = []
    if (n > 0) {
      const inputs = frame.select(pipeline.inputs)
      let rows = accepted.subarray(0, n)
      let kept = n === frame.rows ? inputs : inputs.take(rows)
      let prepared = pipeline.prepare(kept)
      const infinite = prepared.infinite()
      if (infinite.size > 0) {
        for (const [i, errors] of infinite) {
          const row = rows[i]!
          rejections.push(...errors.map((finding) => ({ ...finding, row: row + firstRow })))
          reject(row, errors)
        }
        const finite = Uint32Array.from(rows.keys()).filter((i) => !infinite.has(i))
        prepared = prepared.take(finite)
        kept = kept.take(finite)
        rows = finite.map((i) => rows[i]!)
      }
      const given = { prepared, kept, rows, frame, reasons, warningsOf }
      if (rows.length > 0) scorePrepared({ ...given, evidenceOf: evidence ? evidenceOf : null }, results)
    }
    summary?.add({
      rows: frame.rows,
      validation: { counts: validation.report.counts, findings: validation.report.findings },
      rejections,
      novelty: news,
    })
    return results
  }

  const scorePrepared = (
    { prepared, kept, rows, frame, reasons, warningsOf, evidenceOf }: RowsToScore,
    results: ScoredRow[],
  ): void => {
    const { raw, calibrated } = prepared.scores()
    const hashOf = evidenceOf === null ? null : featureHash(prepared.features)
    const contributions = reasons > 0 ? prepared.contributions() : null
    const reasoner = reasonerOf(reasons)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const probability = calibrated[i] ?? NaN
      if (!(probability >= 0 && probability <= 1))
        throw new ClaimsError('native_failure', `The model gave ${String(probability)} for a probability`)
      const decided = decide(policy, probability)
      results[row] = {
        ok: true,
        claimId: idOf(frame, idColumn, row),
        probability,
        riskLevel: decided.risk_level,
        riskBand: decided.risk_band,
        decision: decided.decision,
        factors:
          contributions === null
            ? []
            : reasoner(
                contributions.values,
                (name) => echoValue(cellAt(kept.column(name), i)),
                i * (contributions.features + 1),
              ),
        warnings: warningsOf(row),
        ...(evidenceOf !== null &&
          hashOf !== null && {
            evidence: { ...evidenceOf(row), rawScore: raw[i] ?? NaN, featuresSha256: hashOf(i) },
          }),
      }
    }
  }

  return {
    manifest,
    policy,
    inputColumns,
    pipeline,
    novelty,
    scoreFrame: (frame, findings, options) =>
      scoreRows({ frame, findings: [...findings], unknownOfRow: nothingUnknown }, options),
    scoreRecords: (records, options) => {
      if (!Array.isArray(records)) throw invalidOption('records', 'are no array', 'an array of claims')
      // A hole of a sparse array is a claim that is no object.
      return scoreRows(readRecords(Array.from(records as readonly unknown[])), options)
    },
    dispose: () => {
      pipeline.dispose()
    },
  }
}

function requireOptions({ reasons, now }: { readonly reasons: number; readonly now: Date }): void {
  if (!Number.isSafeInteger(reasons) || reasons < 0)
    throw invalidOption('reasons', `is ${String(reasons)}`, 'a whole number, 0 or more')
  if (!types.isDate(now) || Number.isNaN(now.getTime()))
    throw invalidOption('now', 'is no moment', 'a valid Date')
}

function invalidOption(field: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `${field} ${problem}; allowed: ${allowed}`, {
    problems: [{ field, problem, allowed }],
  })
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
  readonly prepared: PreparedRows
  /** Raw columns of the same rows. */
  readonly kept: Frame
  /** Place of each of them in `frame`. */
  readonly rows: Uint32Array
  readonly frame: Frame
  readonly reasons: number
  readonly warningsOf: (row: number) => readonly RowWarning[]
  /** Null where no evidence is asked for. */
  readonly evidenceOf: ((row: number) => RowEvidence) | null
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
