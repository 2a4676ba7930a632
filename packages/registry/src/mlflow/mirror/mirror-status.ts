import { atMlflow } from '../mlflow-failure.ts'
import { findModel, placeOf } from './found-mirror.ts'
import { readLedger } from './mirror-model.ts'
import type { MirrorParts } from './mirror-parts.ts'

/** How far a history is at MLflow. */
export interface MirrorStatus {
  readonly name: string
  /** Entries of the history. */
  readonly entries: number
  /** How many of them are mirrored; null where the model at MLflow mirrors another history. */
  readonly position: number | null
}

/**
 * Says how much of a model's history waits. One call; nothing is compared beyond the position.
 *
 * @param parts ledger and client
 * @param name of the model
 * @throws ClaimsError as `mirrorModel`
 */
export async function mirrorStatus(
  parts: Pick<MirrorParts, 'ledger' | 'mlflow' | 'signal'>,
  name: string,
): Promise<MirrorStatus> {
  const { mlflow, signal } = parts
  return await atMlflow(mlflow, async () => {
    const history = await readLedger(parts, name)
    const place = placeOf(await findModel(mlflow, name, signal ? { signal } : {}), history)
    const entries = history.entries.length
    const position = place.kind === 'foreign' ? null : place.kind === 'at' ? place.position : 0
    return { name, entries, position }
  })
}
