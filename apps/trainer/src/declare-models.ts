import type { Command } from 'commander'
import type { PromoteOptions, RollbackOptions } from './command-options.ts'
import type { Start } from './start.ts'
import { systemUser } from './system-user.ts'

/** Declares `claims models` with its commands. */
export function declareModels(models: Command, start: Start): void {
  models
    .command('list')
    .description('every model with its versions and aliases')
    .addHelpText('after', example('claims models list'))
    .action((options: object) =>
      start(async () => (await import('./commands/models/list.ts')).listModels, options),
    )
  models
    .command('show <model>')
    .description('one version: NAME (its champion, or the newest where none is), NAME@ALIAS or NAME@VERSION')
    .addHelpText('after', example('claims models show claims-demo@champion'))
    .action((name: string) =>
      start(async () => (await import('./commands/models/show.ts')).showModel, { model: name }),
    )
  models
    .command('promote <model>')
    .description('make NAME@VERSION the champion; exit 1 when it does not meet its selection constraints')
    .requiredOption('--reason <text>', 'why')
    .option('--actor <name>', 'who; default: the user of the operating system', systemUser())
    .option('--override', 'promote although the constraints are not met; the reason is recorded')
    .addHelpText('after', example('claims models promote claims-demo@1 --reason "first model"'))
    .action((name: string, options: PromoteOptions) =>
      start(async () => (await import('./commands/models/promote.ts')).promoteModel, {
        ...options,
        model: name,
      }),
    )
  models
    .command('rollback <name>')
    .description('make the previous champion the champion again')
    .requiredOption('--reason <text>', 'why')
    .option('--actor <name>', 'who; default: the user of the operating system', systemUser())
    .option('--expected <version>', 'refuse with exit 1 unless this version is the champion now')
    .addHelpText(
      'after',
      example('claims models rollback claims-demo --reason "too many reviews" --expected 2'),
    )
    .action((name: string, options: RollbackOptions) =>
      start(async () => (await import('./commands/models/rollback.ts')).rollbackModel, {
        ...options,
        model: name,
      }),
    )
  models
    .command('history <name>')
    .description('everything that was done to a model, oldest first')
    .addHelpText('after', example('claims models history claims-demo'))
    .action((name: string) =>
      start(async () => (await import('./commands/models/history.ts')).modelHistory, { model: name }),
    )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
