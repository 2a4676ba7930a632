import type { ClaimsError } from '@claims/contracts'

/** Where a command writes: one JSON document, or lines for a person. */
export interface Output {
  readonly json: boolean
  /** A line for a person on standard output; nothing with `--json` or `--quiet`. */
  line(text?: string): void
  /** The result: the whole document with `--json`; nothing else ever goes to standard output then. */
  result(document: unknown): void
  /** A note on standard error; nothing with `--quiet`. */
  note(text: string): void
  /** An error on standard error, or as the JSON document. */
  error(error: ClaimsError, verbose: boolean): void
}

interface Streams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/**
 * An output.
 *
 * @param options of the command line
 * @param streams standard output and standard error
 */
export function createOutput(
  options: { readonly json: boolean; readonly quiet: boolean },
  streams: Streams,
): Output {
  return {
    json: options.json,
    line(text = '') {
      if (!options.json && !options.quiet) streams.stdout.write(`${text}\n`)
    },
    result(document) {
      if (options.json) streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    },
    note(text) {
      if (!options.quiet) streams.stderr.write(`${text}\n`)
    },
    error(error, verbose) {
      if (options.json) {
        streams.stdout.write(
          `${JSON.stringify({ error: { code: error.code, message: error.message, problems: error.problems } }, null, 2)}\n`,
        )
        return
      }
      streams.stderr.write(`error: ${error.message} [${error.code}]\n`)
      for (const { field, problem, allowed } of error.problems) {
        streams.stderr.write(
          `  ${field}: ${problem}${allowed === undefined ? '' : `; allowed: ${allowed}`}\n`,
        )
      }
      if (verbose || error.code === 'internal')
        streams.stderr.write(
          `${error.stack ?? ''}\n${error.cause instanceof Error ? `caused by ${error.cause.stack ?? error.cause.message}\n` : ''}`,
        )
    },
  }
}
