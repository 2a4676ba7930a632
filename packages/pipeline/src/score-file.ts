import {
  columnOfRole,
  ClaimsError,
  type DataWarning,
  type Finding,
  type ProgressListener,
  type Reading,
} from '@claims/contracts'
import {
  createCsvWriter,
  dataSource,
  readBatches,
  requireOutput,
  type DataSource,
  type OutputRules,
} from '@claims/ingestion'
import type { Cell, Frame } from '@claims/frame'
import { createScoringSummary, type ScoredRow, type Scorer } from '@claims/scoring'

const batchRows = 5000
const mostUnexpected = 1000

/** Rows that were scored, with what they were scored from. */
export interface ScoredFileRows {
  readonly frame: Frame
  /** What reading the rows found; rows are positions in the frame. */
  readonly findings: readonly Finding[]
  /** With evidence. */
  readonly scored: readonly ScoredRow[]
  /** 0-based row of the file of the first. */
  readonly firstRow: number
  /** As the scorer was told. */
  readonly now: Date
  readonly reasons: number
  /** How long scoring them took. */
  readonly milliseconds: number
}

/** Keeps what was scored. @returns the id of each prediction, in order, once it is stored */
export type RecordRows = (rows: ScoredFileRows) => Promise<readonly string[]>

/** How to score a file. */
export interface ScoreFileOptions {
  /** Rows: a source, or the path of a file. */
  readonly data: string | DataSource
  /** CSV file to write; it appears whole or not at all. Rows for a pipe or a device are streamed. */
  readonly out: string
  /** What may be replaced at `out`; by default nothing that holds something. */
  readonly output?: OutputRules | undefined
  /** How the file is written, where it differs from what the blueprint says. */
  readonly reading?: Reading | undefined
  readonly reasons: number
  /** The moment that date rules and novelty count from; default: now. */
  readonly now?: Date | undefined
  /** Records rows before they are written; the file gets a column `prediction_id` then. What was recorded stays. */
  readonly record?: RecordRows | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ProgressListener | undefined
}

/** What scoring a file came to. */
export interface ScoreFileResult {
  readonly rows: number
  readonly scored: number
  readonly rejected: number
  readonly high_risk: number
  /** What is worth knowing about the file: one entry per rule and field, with its count, share and examples. */
  readonly warnings: readonly DataWarning[]
}

/**
 * Scores data of any size in batches. Every row gets a line, in order: a score, or an error and no score. The first
 * column is the row's id, empty where it has none, or, where the blueprint has no id, the 0-based `row` of the file.
 *
 * @param scorer a loaded bundle
 * @param options files and number of reasons
 * @returns counts and warnings
 * @throws ClaimsError `output_refused` before anything is read; reading errors, `aborted`; nothing is written then
 */
export async function scoreFile(scorer: Scorer, options: ScoreFileOptions): Promise<ScoreFileResult> {
  const { output = {}, reasons, signal, now = new Date() } = options
  const source = dataSource(options.data)
  await requireOutput(options.out, { ...output, inputs: [...source.files, ...(output.inputs ?? [])] })
  const idColumn = columnOfRole(scorer.manifest.blueprint.columns, 'id')?.name
  const rest = [
    'high_risk_probability',
    'risk_level',
    'risk_band',
    'decision',
    ...Array.from({ length: reasons }, (_, k) => `reason_${String(k + 1)}`),
    'warnings',
    'error',
    ...(options.record === undefined ? [] : ['prediction_id']),
  ]
  const first = idColumn ?? 'row'
  const header = [rest.includes(first) ? `id_${first}` : first, ...rest]
  const summary = createScoringSummary(scorer.novelty)
  const unexpected = new Set<string>()
  const writer = await createCsvWriter(options.out, header, { ...output, signal })
  const reading = { ...scorer.manifest.blueprint.reading, ...options.reading }
  const result = { rows: 0, scored: 0, rejected: 0, high_risk: 0 }
  try {
    for await (const { frame, findings, firstRow, unexpected: names } of readBatches(source, {
      columns: scorer.inputColumns,
      batchRows,
      headerRow: reading.header_row,
      encoding: reading.encoding,
      signal,
    })) {
      if (signal?.aborted === true)
        throw new ClaimsError('aborted', 'Scoring was aborted; nothing was written')
      const evidence = options.record !== undefined
      const started = performance.now()
      const scored = scorer.scoreFrame(frame, findings, { reasons, now, firstRow, summary, evidence })
      const milliseconds = performance.now() - started
      const ids = await options.record?.({ frame, findings, scored, firstRow, now, reasons, milliseconds })
      for (const name of names) if (unexpected.size < mostUnexpected) unexpected.add(name)
      await writer.write(
        scored.map((row, i) => [
          ...lineOf(row, { reasons, place: firstRow + i, hasId: idColumn !== undefined }),
          ...(ids === undefined ? [] : [ids[i] ?? null]),
        ]),
      )
      for (const row of scored) {
        result.rows++
        if (!row.ok) result.rejected++
        else result.scored++
        if (row.ok && row.riskLevel === 'high') result.high_risk++
      }
      options.onProgress?.({ kind: 'progress', stage: 'score', done: result.rows, total: null, unit: 'rows' })
    }
    await writer.close()
    const roles = new Map(scorer.manifest.blueprint.columns.map(({ name, role }) => [name, role]))
    summary.addFindings([...unexpected].map((name) => unexpectedFinding(name, roles.get(name))))
    return { ...result, warnings: summary.warnings() }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

function lineOf(
  row: ScoredRow,
  at: { readonly reasons: number; readonly place: number; readonly hasId: boolean },
): Cell[] {
  const id = at.hasId ? row.claimId : String(at.place)
  if (!row.ok) {
    const problems = row.error.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    return [id, ...Array.from({ length: 5 + at.reasons }, () => null), `${row.error.code}: ${problems}`]
  }
  const reasons = Array.from({ length: at.reasons }, (_, k) => row.factors[k]?.reason ?? null)
  return [id, row.probability, row.riskLevel, row.riskBand, row.decision, ...reasons, warningsOf(row), null]
}

function warningsOf({ warnings }: Extract<ScoredRow, { ok: true }>): string | null {
  if (warnings.length === 0) return null
  return warnings.map(({ field, problem }) => `${field} ${problem}`).join('; ')
}

function unexpectedFinding(field: string, role: string | undefined): Finding {
  return {
    row: null,
    field,
    value: null,
    rule: 'unexpected',
    problem:
      role === undefined
        ? 'is no column of the blueprint and is not used'
        : `has the role ${role}, which scoring does not use`,
    allowed: 'the columns of the blueprint',
    severity: 'warning',
  }
}
