import type { Command } from 'commander'
import type { ReconcileCommandOptions } from './command-options.ts'
import type { Start } from './start.ts'

/** Declares `claims mlflow` with its commands. */
export function declareMlflow(mlflow: Command, start: Start): void {
  const address = 'MLFLOW_TRACKING_URI=http://127.0.0.1:5000'
  mlflow
    .command('status')
    .description('what waits: of trainings in the spool, and of the registry at its mirror')
    .addHelpText('after', example(`${address} claims mlflow status`))
    .action((options: object) =>
      start(async () => (await import('./commands/mlflow.ts')).mlflowStatus, options),
    )
  mlflow
    .command('replay')
    .description('send what waits in the spool; exit 3 when the server cannot be reached')
    .addHelpText('after', example(`${address} claims mlflow replay`))
    .action((options: object) =>
      start(async () => (await import('./commands/mlflow.ts')).replaySpool, options),
    )
  mlflow
    .command('reconcile [name]')
    .description(
      'compare the registry with its mirror at MLflow, one model or all, send what waits and repair what differs; exit 1 when a dry run finds something or something is left',
    )
    .option('--dry-run', 'say what differs and change nothing')
    .option('--quick', 'compare names and sizes of bundles, not every byte')
    .option('--take-over', 'make the mirror of another registry that of this one')
    .addHelpText('after', example(`${address} claims mlflow reconcile --dry-run`))
    .action((name: string | undefined, options: ReconcileCommandOptions) =>
      start(async () => (await import('./commands/reconcile.ts')).reconcileMirror, {
        ...options,
        ...(name !== undefined && { name }),
      }),
    )
  mlflow
    .command('discard <run>')
    .description('delete what waits of a run')
    .addHelpText('after', example(`${address} claims mlflow discard 20260131T120000Z-1a2b3c4d`))
    .action((run: string) =>
      start(async () => (await import('./commands/mlflow.ts')).discardSpooled, { run }),
    )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
