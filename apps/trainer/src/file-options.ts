import { readingSchema } from '@claims/contracts'
import { Option, type Command } from 'commander'
import { dayText, wholeNumber } from './option-values.ts'

/** Options that say how a data file is written. */
export function file(command: Command): Command {
  return command
    .option('--header-row <n>', 'line of the header, from 1', wholeNumber(1, 1_000_000))
    .addOption(
      new Option('--encoding <name>', 'encoding of the text').choices(
        readingSchema.shape.encoding.unwrap().options,
      ),
    )
}

/** The day on which the labels of a file were taken. */
export function asOf(): Option {
  return new Option(
    '--as-of <date>',
    'day on which the labels were taken, such as 2025-12-31; default: today. Rows that are younger than the label maturity of the blueprint on that day are left out',
  ).argParser(dayText)
}
