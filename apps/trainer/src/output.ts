import type { ClaimsError, FieldProblem } from '@claims/contracts'
import { boundedText, oneLine, plainText } from './bounded-text.ts'

/** Where a command writes: one JSON document, or lines for a person. */
export interface Output {
  readonly json: boolean
  /** A line for a person on standard output; nothing with `--json` or `--quiet`. */
  line(text?: string): void
  /** The result: the whole document with `--json`; nothing else ever goes to standard output then. */
  result(document: unknown): void
  /** From now on everything goes to standard error, since standard output is what the command writes data to. */
  leaveStandardOutput(): void
  /** Whether everything goes to standard error. */
  leftStandardOutput(): boolean
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
  let { stdout } = streams
  return {
    json: options.json,
    line(text = '') {
      if (!options.json && !options.quiet) stdout.write(`${oneLine(text)}\n`)
    },
    result(document) {
      if (options.json) stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    },
    leaveStandardOutput() {
      stdout = streams.stderr
    },
    leftStandardOutput: () => stdout === streams.stderr,
    note(text) {
      if (!options.quiet) streams.stderr.write(`${oneLine(text)}\n`)
    },
    error(error, verbose) {
      if (options.json) {
        const problems = error.problems.map((problem) => mapTexts(problem, boundedText))
        const document = { error: { code: error.code, message: boundedText(error.message), problems } }
        stdout.write(`${JSON.stringify(document, null, 2)}\n`)
        return
      }
      streams.stderr.write(`error: ${plainText(error.message)} [${error.code}]\n`)
      for (const each of error.problems) {
        const { field, problem, allowed } = mapTexts(each, plainText)
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

function mapTexts(problem: FieldProblem, change: (text: string) => string): FieldProblem {
  const { field, problem: what, allowed, received } = problem
  return {
    field: change(field),
    problem: change(what),
    ...(allowed === undefined ? {} : { allowed: change(allowed) }),
    ...(received === undefined
      ? {}
      : { received: typeof received === 'string' ? change(received) : received }),
  }
}
