import { readFileSync } from 'node:fs'
import { ClaimsError, toClaimsError } from '@claims/contracts'
import { Command as Program } from 'commander'
import { processConfig } from './config.ts'
import type { CommandContext } from './context.ts'
import { createOutput } from './output.ts'
import { declareCommands } from './declare-commands.ts'
import { createProgress } from './progress.ts'
import { parseArguments } from './parse-arguments.ts'
import type { Start } from './start.ts'
import { productVersion } from './version.ts'

/** Options that every command takes. */
interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly config?: string
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs the command line.
 *
 * @param argv as `process.argv`
 * @returns the exit code: 0 yes; 1 the answer is no; 2 wrong usage or bad input; 3 something is unavailable; 70 our
 *   defect; 130 interrupted
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Program('claims')
  let exitCode = 0
  const start: Start = async (load, options) => {
    const globals = program.opts<GlobalOptions>()
    exitCode = await execute(async (context) => (await load())(options, context), globals)
  }
  declareCommands(program, start, productVersion())
  const output = createOutput({ json: argv.includes('--json'), quiet: false }, process)
  try {
    const parsed = await parseArguments(program, argv)
    if (parsed.kind === 'done') return exitCode
    if (parsed.kind === 'wrong') output.error(parsed.error, false)
    else if (output.json) output.error(new ClaimsError('invalid_usage', 'Name a command'), false)
    else process.stderr.write(parsed.text)
    return 2
  } catch (thrown) {
    const error = toClaimsError(thrown)
    output.error(error, true)
    return error.entry.exitCode
  }
}

async function execute(
  work: (context: CommandContext) => Promise<number>,
  globals: GlobalOptions,
): Promise<number> {
  const output = createOutput({ json: globals.json === true, quiet: globals.quiet === true }, process)
  const controller = new AbortController()
  let asked = 0
  const stop = (signal: NodeJS.Signals): void => {
    asked += 1
    controller.abort()
    if (asked === 2) output.note('stopping; once more ends at once and may leave a temporary file')
    if (asked < 3) return
    release()
    process.kill(process.pid, signal)
  }
  const release = (): void => {
    for (const signal of stopSignals) process.off(signal, stop)
  }
  for (const signal of stopSignals) process.on(signal, stop)
  try {
    const config = processConfig(globals.config === undefined ? {} : readConfigFile(globals.config))
    const onProgress = createProgress(process.stderr, { quiet: globals.quiet === true, clock: Date.now })
    if (config.unusedHome !== null)
      output.note(
        `note: ${config.unusedHome} holds state that is not used; state is in ${config.home}, and CLAIMS_HOME=.claims uses it`,
      )
    const inputs = globals.config === undefined ? [] : [globals.config]
    return await work({ config, output, inputs, onProgress, signal: controller.signal })
  } catch (thrown) {
    const error = toClaimsError(thrown)
    // Whoever reads the data has seen enough, such as `head`: no error.
    if (output.leftStandardOutput() && isBrokenPipe(error.cause)) return 0
    output.error(error, globals.verbose === true)
    return error.entry.exitCode
  } finally {
    release()
  }
}

function readConfigFile(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ClaimsError(
      'invalid_configuration',
      `The configuration file ${path} cannot be read as JSON: ${reason}`,
      {
        cause: error,
      },
    )
  }
  throw new ClaimsError('invalid_configuration', `The configuration file ${path} holds no JSON object`)
}

function isBrokenPipe(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EPIPE'
}
