import type { Command } from 'commander'
import type { ListPredictionsOptions } from './commands/predictions/list.ts'
import type { ShowPredictionOptions } from './commands/predictions/show.ts'
import type { EraseSubjectOptions } from './commands/subjects/erase.ts'
import type { ErasuresOptions } from './commands/subjects/erasures.ts'
import type { ExportSubjectOptions } from './commands/subjects/export.ts'
import type { ReplayOptions } from './commands/replay.ts'
import { moment, wholeNumber } from './option-values.ts'
import type { Start } from './start.ts'

const anId = '019ad6b8-2f3e-7c11-9d2a-5b7f00c4e1aa'

/** Declares `claims predictions`, `claims replay` and `claims subjects`. */
export function declarePredictions(program: Command, start: Start): void {
  program
    .command('replay <id>')
    .description('make a past prediction again from its record, bit for bit; exit 1 where a value differs')
    .option('--reason <text>', 'why; noted, since personal data is opened')
    .addHelpText('after', example(`claims replay ${anId}`))
    .action((id: string, options: Omit<ReplayOptions, 'id'>) =>
      start(async () => (await import('./commands/replay.ts')).replay, { ...options, id }),
    )
  declareRecords(program.command('predictions'), start)
  declareSubjects(program.command('subjects'), start)
}

function declareRecords(predictions: Command, start: Start): void {
  predictions
    .description('what was scored and recorded')
    .addHelpText('after', example('claims predictions list'))
  predictions
    .command('list')
    .description('recorded predictions, newest first')
    .option('--model <name>', 'of this model')
    .option('--from <time>', 'recorded at or after a day or a moment in UTC', moment)
    .option('--to <time>', 'recorded before a day or a moment in UTC', moment)
    .option('--limit <n>', 'most of them', wholeNumber(1, 1000), 20)
    .option('--cursor <id>', 'where the list before ended')
    .addHelpText('after', example('claims predictions list --model claims-demo --from 2026-11-01'))
    .action((options: ListPredictionsOptions) =>
      start(async () => (await import('./commands/predictions/list.ts')).listPredictions, options),
    )
  predictions
    .command('show <id>')
    .description('one record; what is personal in it is sealed')
    .option('--reveal', 'open what is sealed, which is noted first')
    .option('--reason <text>', 'why it is opened')
    .addHelpText('after', example(`claims predictions show ${anId} --reveal --reason "request 17"`))
    .action((id: string, options: Omit<ShowPredictionOptions, 'id'>) =>
      start(async () => (await import('./commands/predictions/show.ts')).showPrediction, { ...options, id }),
    )
  predictions
    .command('reindex')
    .description('make the index of the records again from the ledger')
    .addHelpText('after', example('claims predictions reindex'))
    .action((options: object) =>
      start(async () => (await import('./commands/predictions/reindex.ts')).reindexPredictions, options),
    )
}

function declareSubjects(subjects: Command, start: Start): void {
  subjects
    .description('the people whom records are about')
    .addHelpText('after', example('claims subjects export CUST-1 --reason "request 17" --out cust-1.json'))
  person(subjects.command('erase [id]'))
    .description('destroy the key of a person, and with it the personal data of every record of theirs')
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', example('claims subjects erase CUST-1 --reason "request 17"'))
    .action((id: string | undefined, options: Omit<EraseSubjectOptions, 'id'>) =>
      start(async () => (await import('./commands/subjects/erase.ts')).eraseSubject, {
        ...options,
        ...(id !== undefined && { id }),
      }),
    )
  person(subjects.command('export [id]'))
    .description('every record of a person in the clear, which is noted first')
    .requiredOption('--reason <text>', 'why')
    .requiredOption('--out <file>', 'JSON file to write')
    .option('--overwrite', 'replace a file that this program did not write')
    .addHelpText('after', example('claims subjects export CUST-1 --reason "request 17" --out cust-1.json'))
    .action((id: string | undefined, options: Omit<ExportSubjectOptions, 'id'>) =>
      start(async () => (await import('./commands/subjects/export.ts')).exportSubjectCommand, {
        ...options,
        ...(id !== undefined && { id }),
      }),
    )
  subjects
    .command('erasures')
    .description('who was erased, as a list for database restore; it names nobody')
    .requiredOption('--out <file>', 'file to write')
    .option('--overwrite', 'replace a file that this program did not write')
    .addHelpText('after', example('claims subjects erasures --out erasures.jsonl'))
    .action((options: ErasuresOptions) =>
      start(async () => (await import('./commands/subjects/erasures.ts')).writeErasures, options),
    )
}

function person(command: Command): Command {
  return command
    .option('--column <name>', 'column that the id stands in, where several have it')
    .option('--prediction <id>', 'in place of an id: whom this prediction is about')
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
