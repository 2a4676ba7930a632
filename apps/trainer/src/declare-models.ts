import { documentKinds } from '@claims/governance/kinds'
import { Option, type Command } from 'commander'
import { actor } from './actor-option.ts'
import type { CompareOptions, LineageOptions, RollbackOptions } from './command-options.ts'
import type { CleanOptions } from './commands/models/clean.ts'
import type { ExportModelOptions } from './commands/models/export.ts'
import { asOf, file } from './file-options.ts'
import { overwrite } from './overwrite-option.ts'
import { dayText, wholeNumber } from './option-values.ts'
import { declareGates } from './declare-gates.ts'
import { declareVersions } from './declare-versions.ts'
import type { Start } from './start.ts'

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
  file(models.command('compare <first> <second>'))
    .description(
      'two models side by side and on the same rows: each NAME@VERSION, NAME@ALIAS or the directory of a bundle',
    )
    .option('--data <file>', 'labelled file that both score; default: test rows that both bundles keep')
    .addOption(asOf())
    .option('--seed <n>', 'seed of the bootstrap', wholeNumber(0, Number.MAX_SAFE_INTEGER), 42)
    .addHelpText('after', example('claims models compare claims-demo@1 claims-demo@2 --data new-claims.csv'))
    .action((first: string, second: string, options: Omit<CompareOptions, 'first' | 'second'>) =>
      start(async () => (await import('./commands/models/compare.ts')).compareModelVersions, {
        ...options,
        first,
        second,
      }),
    )
  models
    .command('lineage <model>')
    .description(
      'where a version comes from and what was decided on it: data, columns, features, bundle, history',
    )
    .addOption(new Option('--format <name>', 'what to print').choices(['mermaid', 'json']).default('mermaid'))
    .addHelpText('after', example('claims models lineage claims-demo@1 --format mermaid'))
    .action((model: string, options: Omit<LineageOptions, 'model'>) =>
      start(async () => (await import('./commands/models/lineage.ts')).modelLineage, { ...options, model }),
    )
  declareGates(models, start)
  actor(models.command('rollback <name>'))
    .description('make the previous champion the champion again')
    .requiredOption('--reason <text>', 'why')
    .option('--expected <version>', 'refuse with exit 1 unless this version is the champion now')
    .option('--restore', 'take the version back into use where it is retired')
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
  models
    .command('export [model]')
    .description(
      'a document for people outside of the team, of stored facts alone; a missing fact is shown as missing',
    )
    .addOption(new Option('--format <name>', 'what to make').choices(documentKinds).makeOptionMandatory())
    .option(
      '--out <file>',
      'Markdown file to write, or JSON where the name ends with .json; default: standard output',
    )
    .option('--from <date>', 'first day of the period, such as 2026-01-01', dayText)
    .option('--to <date>', 'first day after the period', dayText)
    .option('--prediction <id>', 'the prediction that the document is about')
    .addOption(overwrite())
    .addHelpText('after', example('claims models export claims-demo --format model-card --out card.md'))
    .action((name: string | undefined, options: ExportModelOptions) =>
      start(async () => (await import('./commands/models/export.ts')).exportModel, {
        ...options,
        ...(name === undefined ? {} : { model: name }),
      }),
    )
  models
    .command('clean')
    .description(
      'say which bundles nothing names any more, and what unfinished writes left; --apply removes them',
    )
    .option('--apply', 'remove what would be removed')
    .option(
      '--minimum-age <hours>',
      'leave bundles that were put, or whose version was deleted, less than so many hours ago',
      wholeNumber(1, 1_000_000),
      24,
    )
    .option('--allow-unknown', 'go on where the registry knows none of the bundles')
    .addHelpText('after', example('claims models clean --minimum-age 48'))
    .action((options: CleanOptions) =>
      start(async () => (await import('./commands/models/clean.ts')).cleanModels, options),
    )
  declareVersions(models, start)
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
