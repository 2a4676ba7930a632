import type { Scorer } from '@claims/scoring'
import { createFieldCheck, type FieldCheck } from './check-fields.ts'

/** A model with what judging and answering its claims needs. */
export interface ScoringModel {
  readonly name: string
  readonly version: string
  readonly scorer: Scorer
  readonly fields: FieldCheck
  readonly sensitiveColumns: ReadonlySet<string>
}

/** Prepares a scorer for answering requests. */
export function scoringModel(
  scorer: Scorer,
  { name, version }: { name: string; version: string },
): ScoringModel {
  const { inputColumns } = scorer
  return {
    name,
    version,
    scorer,
    fields: createFieldCheck(inputColumns),
    sensitiveColumns: new Set(inputColumns.filter((c) => c.role === 'sensitive').map((c) => c.name)),
  }
}
