import type { PredictionRecord } from '@claims/contracts'
import type { ScoredRow } from '@claims/scoring'
import { outcomeOf } from '../build-record.ts'
import type { SealedContent } from '../sealed-content.ts'

/** One value that is not what was recorded. */
export interface ReplayDifference {
  readonly field: string
  readonly recorded: unknown
  readonly replayed: unknown
}

/** A row that was scored again. */
export interface ReplayedRow {
  readonly row: ScoredRow
  /** Names of the blueprint's columns. */
  readonly columns: ReadonlySet<string>
}

/**
 * Compares a record with a row that was scored again, bit for bit: scores, band, decision, features, reasons with their values
 * and contributions, warnings; of a rejected row its error. Warnings that a row repeats another one are left out, as the
 * other rows are not there.
 */
export function compareRows(
  { outcome }: PredictionRecord,
  content: SealedContent,
  { row, columns }: ReplayedRow,
): readonly ReplayDifference[] {
  const recorded = { ...outcome, ...privateFacts(content) }
  const again = row.ok
    ? {
        features_sha256: row.evidence?.featuresSha256,
        ...{ risk_factors: row.factors, warnings: comparable(row.warnings) },
      }
    : { risk_factors: [], warnings: [], error: { message: row.error.message, problems: row.error.problems } }
  return differences('', recorded, { ...outcomeOf(row, columns), ...again })
}

function privateFacts({ features_sha256, risk_factors, warnings, error }: SealedContent): object {
  return {
    ...(features_sha256 !== undefined && { features_sha256 }),
    ...{ risk_factors, warnings: comparable(warnings) },
    ...(error !== undefined && { error }),
  }
}

function comparable(warnings: SealedContent['warnings']): SealedContent['warnings'] {
  return warnings.filter(({ code }) => code !== 'unique')
}

function differences(path: string, recorded: unknown, replayed: unknown): ReplayDifference[] {
  if (Object.is(recorded, replayed)) return []
  if (isTree(recorded) && isTree(replayed) && Array.isArray(recorded) === Array.isArray(replayed)) {
    const [a, b] = [new Map(Object.entries(recorded)), new Map(Object.entries(replayed))]
    return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
      differences(path === '' ? key : `${path}.${key}`, a.get(key), b.get(key)),
    )
  }
  return [{ field: path, recorded: recorded ?? null, replayed: replayed ?? null }]
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
