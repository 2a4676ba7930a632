import type { Evaluation } from '@claims/contracts'
import type { ScoredRow } from '@claims/pipeline'
import type { Logger } from './logger.ts'

/** A model that was warmed up. */
interface WarmModel {
  readonly name: string
  readonly version: string
  readonly evaluation: Evaluation
  /** What its example scores. */
  readonly exampleScore: ScoredRow
}

/**
 * Says what is worth knowing of a model that takes over: what its makers warned of, and an example that it refuses, with
 * which it could not be warmed up.
 */
export function warnOfModel({ evaluation, exampleScore, name, version }: WarmModel, logger: Logger): void {
  const fields = { model_name: name, model_version: version }
  for (const warning of evaluation.warnings) logger.warn(fields, `the bundle warns: ${warning}`)
  if (exampleScore.ok) return
  const { code, problems } = exampleScore.error
  logger.warn(
    { ...fields, code, fields: problems.map(({ field }) => field) },
    'the model refuses its own example, so only refusals were warmed up',
  )
}
