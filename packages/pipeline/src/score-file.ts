import { ClaimsError, type ProgressListener } from '@claims/contracts'
import { createCsvWriter, readBatches } from '@claims/ingestion'
import type { Cell } from '@claims/frame'
import type { ScoredRow, Scorer } from './scorer.ts'

const batchRows = 5000

/** How to score a file. */
export interface ScoreFileOptions {
  readonly data: string
  /** CSV file to write; it appears whole or not at all. */
  readonly out: string
  readonly reasons: number
  readonly signal?: AbortSignal
  readonly onProgress?: ProgressListener
}

/** What scoring a file came to. */
export interface ScoreFileResult {
  readonly rows: number
  readonly scored: number
  readonly rejected: number
  readonly high_risk: number
}

/**
 * Scores a file of any size in batches. Every row gets a line, in order: a score, or an error and no score.
 *
 * @param scorer a loaded bundle
 * @param options files and number of reasons
 * @returns counts
 * @throws ClaimsError reading errors, `aborted`; nothing is written then
 */
export async function scoreFile(scorer: Scorer, options: ScoreFileOptions): Promise<ScoreFileResult> {
  const { reasons, signal } = options
  const id = scorer.manifest.blueprint.columns.find((column) => column.role === 'id')?.name ?? 'row'
  const header = [
    id,
    'high_risk_probability',
    'risk_level',
    'risk_band',
    'decision',
    ...Array.from({ length: reasons }, (_, k) => `reason_${String(k + 1)}`),
    'warnings',
    'error',
  ]
  const writer = await createCsvWriter(options.out, header)
  const result = { rows: 0, scored: 0, rejected: 0, high_risk: 0 }
  try {
    for await (const { frame, findings, firstRow } of readBatches(options.data, {
      columns: scorer.inputColumns,
      batchRows,
      headerRow: scorer.manifest.blueprint.reading.header_row,
      encoding: scorer.manifest.blueprint.reading.encoding,
    })) {
      if (signal?.aborted === true)
        throw new ClaimsError('aborted', 'Scoring was aborted; nothing was written')
      const scored = scorer.scoreFrame(frame, findings, { reasons })
      await writer.write(
        scored.map((row, i) => lineOf(row, { reasons, place: firstRow + i, hasId: id !== 'row' })),
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
    return result
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
