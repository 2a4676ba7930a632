import { ClaimsError } from '@claims/contracts'
import { MlflowError, type SpooledRun } from '@claims/mlflow'
import type { CommandContext } from '../context.ts'
import { mirrorStatuses } from '../mirror-statuses.ts'
import { openMlflow } from '../open-mlflow.ts'

/** `claims mlflow status`: what waits in the spool, and what of the registry is not mirrored. */
export async function mlflowStatus(_options: object, context: CommandContext): Promise<0> {
  const { config, output } = context
  const runs = await openMlflow(config).spool.status()
  for (const run of runs) output.line(describe(run))
  const { models, away } = await mirrorStatuses(context)
  if (away !== null) output.note(`note: MLflow is away, so this is how it was when it was last seen: ${away}`)
  for (const { name, entries, position } of models) {
    if (position === null) output.line(`${name}: the model at MLflow mirrors another registry`)
    else if (position < entries)
      output.line(`${name}: ${String(entries - position)} of ${String(entries)} changes wait`)
  }
  if (runs.length === 0 && models.every(({ entries, position }) => entries === position))
    output.line('nothing waits for MLflow')
  output.result({ runs, models, reached: away === null })
  return 0
}

/** `claims mlflow replay`: sends what waits; 3 when something still waits. */
export async function replaySpool(_options: object, { config, output, signal }: CommandContext): Promise<0> {
  const mlflow = openMlflow(config)
  const runs = await mlflow.replay({ signal })
  for (const run of runs)
    output.line(`${describe(run)}, ${run.sent} sent${run.runId === undefined ? '' : ` to run ${run.runId}`}`)
  const failed = runs.find(({ error }) => error !== undefined)?.error
  // A server that is away ends the replay at the first run: the others wait too.
  const tried = new Set(runs.map(({ run }) => run))
  const untried = (await mlflow.spool.status()).filter(({ run, waiting }) => waiting > 0 && !tried.has(run))
  for (const run of untried) output.line(`${describe(run)}, not tried`)
  if (failed) {
    const waiting = [...runs.filter((run) => run.waiting > 0), ...untried]
    throw new ClaimsError(
      failed.code === 'aborted' ? 'aborted' : 'tracking_unavailable',
      `Not everything could be sent to MLflow: ${failed.message}`,
      {
        problems: waiting.map((run) => ({ field: run.run, problem: `${run.waiting} operations wait` })),
        cause: failed,
      },
    )
  }
  if (runs.length === 0 && untried.length === 0) output.line('nothing waits for MLflow')
  output.result({
    runs: [...runs.map(({ error: _, ...run }) => ({ ...run, error: null })), ...untried.map(notTried)],
  })
  return 0
}

function notTried(run: SpooledRun): object {
  return { ...run, sent: 0, error: null }
}

/** `claims mlflow discard`: deletes a run from the spool. */
export async function discardSpooled(
  { run }: { readonly run: string },
  { config, output }: CommandContext,
): Promise<0> {
  try {
    await openMlflow(config).spool.discard(run)
  } catch (error) {
    if (!(error instanceof MlflowError)) throw error
    throw new ClaimsError('invalid_usage', error.message, { cause: error })
  }
  output.line(`${run} is deleted; nothing of it will be sent`)
  output.result({ discarded: run })
  return 0
}

function describe({ run, runName, waiting, rejected, active }: SpooledRun): string {
  const refused = rejected.map(({ kind, message }) => `; refused ${kind}: ${message}`).join('')
  return `${run}${runName === undefined ? '' : ` (${runName})`}: ${waiting} waiting${active ? ', still running' : ''}${refused}`
}
