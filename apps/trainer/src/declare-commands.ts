import { Option, type Command } from 'commander'
import type {
  CheckOptions,
  DemoOptions,
  EvaluateCommandOptions,
  GenerateOptions,
  InitOptions,
  InstallLibraryCommandOptions,
  ScoreCommandOptions,
  ServeOptions,
  TrainCommandOptions,
} from './command-options.ts'
import { declareDatabase } from './declare-database.ts'
import { declareLedger } from './declare-ledger.ts'
import { overwrite } from './overwrite-option.ts'
import { declareKeys } from './declare-keys.ts'
import { declareMlflow } from './declare-mlflow.ts'
import { declareModels } from './declare-models.ts'
import { declarePredictions } from './declare-predictions.ts'
import { asOf, file } from './file-options.ts'
import { costs, dayText, nameList, repeated, runName, wholeNumber } from './option-values.ts'
import type { Start } from './start.ts'

/** Declares every command with its options, help and an example that works. The code of a command loads when it runs. */
export function declareCommands(program: Command, start: Start, version: string): void {
  program
    .description('Honest, production-grade risk models on tabular data')
    .option('--json', 'print exactly one JSON document on standard output')
    .option('--quiet', 'print nothing but errors')
    .option('--verbose', 'print stack traces with errors')
    .option('--config <file>', 'JSON file of settings; the environment wins over it')
    .version(version, '--version', 'print the version')
    .addHelpText('after', example('claims demo'))

  program
    .command('demo')
    .description(
      'make synthetic claims, train, evaluate, register, promote, serve, and score one claim over HTTP',
    )
    .option('--out <dir>', 'where to put data and bundle', 'claims-demo')
    .option('--rows <n>', 'claims to make', wholeNumber(500, mostRows), 40_000)
    .option('--seed <n>', 'seed of everything random', seed, 42)
    .option('--port <n>', 'port of the api; 0 takes a free one', port, 0)
    .addOption(overwrite())
    .addHelpText('after', example('claims demo'))
    .action((options: DemoOptions) => start(async () => (await import('./commands/demo.ts')).demo, options))

  program
    .command('test')
    .description('set up and run all tests (handled by the root script)')
    .addHelpText('after', example('./claims test'))
    .action(() => program.error('claims test is run by the root script ./claims', { exitCode: 2 }))

  program
    .command('generate')
    .description(
      'make seeded synthetic claims; the true probability goes to a sidecar file, never into a column',
    )
    .option('--blueprint <name>', 'use case to make data for', 'claims')
    .requiredOption('--rows <n>', 'rows to make', wholeNumber(1, mostRows))
    .option('--seed <n>', 'seed', seed, 42)
    .option('--drift <name>', 'change the world: amount_inflation, new_region or fraud_ring')
    .requiredOption('--out <file>', 'CSV file to write')
    .addOption(overwrite())
    .addHelpText('after', example('claims generate --rows 5000 --seed 7 --out claims.csv'))
    .action((options: GenerateOptions) =>
      start(async () => (await import('./commands/generate.ts')).generate, options),
    )

  inference(
    program
      .command('init')
      .description(
        'infer a blueprint from data; say what was guessed and why; exclude what looks like a leak',
      )
      .requiredOption('--data <file>', 'data file'),
  )
    .requiredOption('--out <file>', 'blueprint to write')
    .addOption(asOf())
    .addOption(overwrite())
    .addHelpText(
      'after',
      example(
        'claims init --data claims.csv --label is_high_risk --id claim_id --time claim_date --out blueprint.json',
      ),
    )
    .action((options: InitOptions) => start(async () => (await import('./commands/init.ts')).init, options))

  file(program.command('check'))
    .description('validate, score quality, judge business rules, scan for leaks; exit 1 when a gate fails')
    .requiredOption('--data <file>', 'data file')
    .requiredOption('--blueprint <name|file>', 'built-in name or JSON file')
    .addOption(asOf())
    .option('--seed <n>', 'seed', seed, 42)
    .addHelpText('after', example('claims check --data claims.csv --blueprint claims'))
    .action((options: CheckOptions) =>
      start(async () => (await import('./commands/check.ts')).check, options),
    )

  inference(
    program
      .command('train')
      .description('train and write a bundle with its evaluation and report')
      .requiredOption('--data <file>', 'labelled data file')
      .option(
        '--blueprint <name|file>',
        'built-in name or JSON file; without it one is inferred from --label',
      ),
  )
    .option('--test <file>', 'labelled file that nothing is fitted on')
    .addOption(asOf())
    .option('--models <list>', 'candidates to consider, separated by commas', nameList)
    .option('--folds <n>', 'folds of the cross-validation', wholeNumber(2, 50))
    .option('--seed <n>', 'seed', seed, 42)
    .option('--out <dir>', 'bundle to write', 'bundle')
    .option('--register <name>', 'register the bundle under this name')
    .addOption(overwrite())
    .addHelpText('after', example('claims train --blueprint claims --data claims.csv --out claims-bundle'))
    .action((options: TrainCommandOptions) =>
      start(async () => (await import('./commands/train.ts')).trainCommand, options),
    )

  file(model(program.command('score')))
    .description(
      'score a file of any size in bounded memory; a bad row gets its error, the others their score',
    )
    .requiredOption('--data <file>', 'data file')
    .requiredOption('--out <file>', 'CSV file to write')
    .option('--reasons <n>', 'reasons per row', wholeNumber(0, 100), 0)
    .option('--record', 'keep a record of each prediction, its personal data sealed; see claims predictions')
    .option('--purpose <text>', 'what the scores are for, for the record')
    .option('--legal-basis <text>', 'by what law, for the record')
    .option('--retention-class <name>', 'how long records are kept, for the record')
    .option('--delete-after <date>', 'day until which they are kept, for the record', dayText)
    .option('--idempotency-key <text>', 'name of this run: the same run again records nothing twice', runName)
    .addOption(overwrite())
    .addHelpText(
      'after',
      example('claims score --bundle claims-bundle --data claims.csv --out scores.csv --reasons 4'),
    )
    .action((options: ScoreCommandOptions) =>
      start(async () => (await import('./commands/score.ts')).score, options),
    )

  file(model(program.command('evaluate')))
    .description('metrics with intervals for labelled data')
    .requiredOption('--data <file>', 'labelled data file')
    .option('--out <dir>', 'directory for evaluation.json and report.html')
    .addOption(overwrite())
    .addOption(asOf())
    .option('--seed <n>', 'seed of the bootstrap', seed, 42)
    .addHelpText(
      'after',
      example('claims evaluate --bundle claims-bundle --data claims.csv --out evaluation'),
    )
    .action((options: EvaluateCommandOptions) =>
      start(async () => (await import('./commands/evaluate.ts')).evaluate, options),
    )

  declareModels(
    program
      .command('models')
      .description('the registry of models')
      .addHelpText('after', example('claims models list')),
    start,
  )

  model(program.command('serve'))
    .description('serve a model over HTTP')
    .option('--port <n>', 'port; 0 takes a free one', port)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', example('claims serve --bundle claims-bundle --port 8000'))
    .action((options: ServeOptions) =>
      start(async () => (await import('./commands/serve.ts')).serve, options),
    )

  program
    .command('xgboost')
    .description('the XGBoost library')
    .addHelpText('after', example('claims xgboost install'))
    .command('install')
    .description(
      'place the official CPU library for this user: pinned version and SHA-256, from the package index of pip; no Python needed',
    )
    .option('--directory <dir>', 'where to place it; then name it by XGBOOST_LIBRARY')
    .option('--index <url>', 'package index to use in place of the one that pip is configured for')
    .option('--wheel <file>', 'the wheel, fetched elsewhere; uses no network')
    .addHelpText('after', example('claims xgboost install'))
    .action((options: InstallLibraryCommandOptions) =>
      start(async () => (await import('./commands/xgboost.ts')).installXGBoost, options),
    )

  declareLedger(program.command('ledger'), start)

  declareKeys(program.command('keys'), start)

  declareDatabase(program.command('database'), start)
  declarePredictions(program, start)

  declareMlflow(
    program
      .command('mlflow')
      .description('what the tracking server that MLFLOW_TRACKING_URI names should have, and has')
      .addHelpText('after', example('MLFLOW_TRACKING_URI=http://127.0.0.1:5000 claims mlflow status')),
    start,
  )

  program
    .command('doctor')
    .description('say what is installed, connected and healthy')
    .addHelpText('after', example('claims doctor'))
    .action((options: object) => start(async () => (await import('./commands/doctor.ts')).doctor, options))
}

const mostRows = 10_000_000
const seed = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const port = wholeNumber(0, 65_535)

function inference(command: Command): Command {
  return meaning(
    command
      .option('--label <column>', 'label column')
      .option('--positive <value>', 'label value of the positive class, or a limit such as ">0"')
      .option('--id <column>', 'column that names a row')
      .option('--time <column>', 'column of the event time')
      .option('--entity <column>', 'column whose rows must not straddle a split, such as the customer'),
  )
}

/** Options that settle what a file leaves open; they go before what a blueprint says. */
function meaning(command: Command): Command {
  return file(
    command
      .option('--negative <value>', 'label value of the negative class; may be repeated', repeated)
      .option('--missing-label <value>', 'label value of an unknown outcome; may be repeated', repeated)
      .addOption(
        new Option('--decimal <sign>', 'decimal sign where cells leave it open').choices(['point', 'comma']),
      )
      .addOption(
        new Option('--dates <order>', 'order of day, month and year where cells leave it open').choices([
          'dmy',
          'mdy',
          'ymd',
        ]),
      )
      .option(
        '--costs <list>',
        'such as false_negative=5000,review=80,false_positive=20,currency=EUR',
        costs,
      ),
  )
}

function model(command: Command): Command {
  return command
    .option('--bundle <dir>', 'bundle directory; this or --model is required')
    .option(
      '--model <name>',
      'registered model: NAME, NAME@ALIAS or NAME@VERSION, or of MLflow models:/NAME@ALIAS or models:/NAME/VERSION; this or --bundle is required',
    )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
