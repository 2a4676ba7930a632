import { ClaimsError } from '@claims/contracts'
import { mirrorStatus, type MirrorStatus } from '@claims/registry'
import type { CommandContext } from './context.ts'
import { mirrorMemory } from './mirror-changes.ts'
import { openMlflow } from './open-mlflow.ts'
import { withRegistry } from './open-model.ts'

/** How long all of it may take. */
const limitMilliseconds = 10_000

/** How far the models of the registry are mirrored. */
export interface MirrorStatuses {
  readonly models: readonly MirrorStatus[]
  /** Why the server could not be asked, so that the figures are remembered ones; null where it was. */
  readonly away: string | null
}

/**
 * Asks MLflow how far each model of the registry is mirrored; where it does not answer, says what this installation
 * remembers. A model whose history cannot be read is noted.
 */
export async function mirrorStatuses(context: CommandContext): Promise<MirrorStatuses> {
  const { config, output } = context
  const mlflow = openMlflow(config, { retries: 0, timeoutMilliseconds: limitMilliseconds })
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMilliseconds)])
  const memory = mirrorMemory(config)
  return await withRegistry(context, async ({ ledger }) => {
    const models: MirrorStatus[] = []
    let away: string | null = null
    for (const name of (await ledger.names()).filter((one) => !one.startsWith('_'))) {
      try {
        if (away === null) {
          models.push(await mirrorStatus({ ledger, mlflow, signal }, name))
          continue
        }
      } catch (error) {
        if (context.signal.aborted || !(error instanceof ClaimsError)) throw error
        if (!['tracking_unavailable', 'aborted', 'invalid_configuration'].includes(error.code)) {
          output.note(`warning: ${name}: ${error.message} [${error.code}]`)
          continue
        }
        away = error.message
      }
      const known = await memory.read(mlflow.transport.trackingUri, name)
      models.push({ name, entries: (await ledger.read(name)).length, position: known?.position ?? 0 })
    }
    return { models, away }
  })
}
