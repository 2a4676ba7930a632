import type { Command } from 'commander'
import type {
  AliasOptions,
  DeleteOptions,
  DescribeOptions,
  RetentionCommandOptions,
  TagOptions,
  VersionOptions,
  VersionsOptions,
} from './command-options.ts'
import { repeated, wholeNumber } from './option-values.ts'
import type { Start } from './start.ts'
import { systemUser } from './system-user.ts'

/** Declares the commands of `claims models` about versions: aliases, notes, retirement, retention. */
export function declareVersions(models: Command, start: Start): void {
  models
    .command('versions <name>')
    .description('versions of a model with their stages, the newest first, by pages')
    .option('--limit <n>', 'versions of a page', wholeNumber(1, 1_000), 50)
    .option('--after <cursor>', 'go on after the page that printed this cursor')
    .option('--oldest-first', 'begin with the oldest version')
    .addHelpText('after', example('claims models versions claims-demo --limit 20'))
    .action((name: string, options: Omit<VersionsOptions, 'name'>) =>
      start(async () => (await import('./commands/models/versions.ts')).listVersions, { ...options, name }),
    )
  changing(
    models.command('alias <model> <alias>').description('point an alias at NAME@VERSION, or take it away'),
  )
    .option('--remove', 'take the alias away; NAME is enough, a version says where it must point')
    .option('--expected <version>', 'refuse with exit 1 unless the alias points at this version now')
    .addHelpText('after', example('claims models alias claims-demo@2 shadow --reason "compare for a week"'))
    .action((model: string, alias: string, options: Omit<AliasOptions, 'model' | 'alias'>) =>
      start(async () => (await import('./commands/models/alias.ts')).aliasModel, {
        ...{ ...options, model, alias },
      }),
    )
  noting(
    models
      .command('tag <model> [tags...]')
      .description('set tags KEY=VALUE of NAME@VERSION, or take some away'),
  )
    .option('--remove <key>', 'take this tag away; may be repeated', repeated)
    .addHelpText('after', example('claims models tag claims-demo@2 team=motor ticket=4711'))
    .action((model: string, tags: string[], options: Omit<TagOptions, 'model' | 'tags'>) =>
      start(async () => (await import('./commands/models/tag.ts')).tagModel, { ...options, model, tags }),
    )
  noting(
    models
      .command('describe <model> <text>')
      .description('describe NAME@VERSION in words; an empty text takes the description away'),
  )
    .addHelpText('after', example('claims models describe claims-demo@2 "trained after the storm"'))
    .action((model: string, text: string, options: Omit<DescribeOptions, 'model' | 'text'>) =>
      start(async () => (await import('./commands/models/tag.ts')).describeModel, {
        ...{ ...options, model, text },
      }),
    )
  changing(
    models
      .command('retire <model>')
      .description('take NAME@VERSION out of use (Archived); refused while an alias points at it'),
  )
    .addHelpText('after', example('claims models retire claims-demo@1 --reason "replaced by 2"'))
    .action((model: string, options: Omit<VersionOptions, 'model'>) =>
      start(async () => (await import('./commands/models/retire.ts')).retireModel, { ...options, model }),
    )
  changing(models.command('restore <model>').description('take the retired NAME@VERSION back into use'))
    .addHelpText('after', example('claims models restore claims-demo@1 --reason "needed again"'))
    .action((model: string, options: Omit<VersionOptions, 'model'>) =>
      start(async () => (await import('./commands/models/retire.ts')).restoreModel, { ...options, model }),
    )
  changing(
    models
      .command('delete <model>')
      .description('give up the bundle of NAME@VERSION for good; its line stays; refused while it is needed'),
  )
    .option('--yes', 'really; nothing brings the bundle back')
    .addHelpText(
      'after',
      example('claims models delete claims-demo@1 --reason "trained on a wrong file" --yes'),
    )
    .action((model: string, options: Omit<DeleteOptions, 'model'>) =>
      start(async () => (await import('./commands/models/retire.ts')).deleteModel, { ...options, model }),
    )
  models
    .command('retention <name>')
    .description('say what would be deleted, and why the rest is kept; nothing is changed without --apply')
    .requiredOption('--keep <n>', 'versions to keep of the history of each alias', wholeNumber(1, 1_000_000))
    .option('--apply', 'delete them')
    .option('--reason <text>', 'why; needed with --apply')
    .option('--actor <name>', 'who; default: the user of the operating system', systemUser())
    .addHelpText('after', example('claims models retention claims-demo --keep 5'))
    .action((name: string, options: Omit<RetentionCommandOptions, 'name'>) =>
      start(async () => (await import('./commands/models/retention.ts')).retentionOfModel, {
        ...{ ...options, name },
      }),
    )
  models
    .command('import-directory [directory]')
    .description(
      'bring the models of a registry in a directory to the database; default: the directory in CLAIMS_HOME',
    )
    .option('--actor <name>', 'who; default: the user of the operating system')
    .addHelpText('after', example('claims models import-directory'))
    .action((directory: string | undefined, options: { readonly actor?: string }) =>
      start(async () => (await import('./commands/models/import-directory.ts')).importDirectoryModels, {
        ...options,
        ...(directory !== undefined && { directory }),
      }),
    )
}

function changing(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why')
    .option('--actor <name>', 'who; default: the user of the operating system', systemUser())
}

function noting(command: Command): Command {
  return command
    .option('--reason <text>', 'why')
    .option('--actor <name>', 'who; default: the user of the operating system', systemUser())
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
