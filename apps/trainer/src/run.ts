import { readFileSync } from 'node:fs'
import { ClaimsError, toClaimsError } from '@claims/contracts'
import { Command as Program, CommanderError } from 'commander'
import { processConfig } from './config.ts'
import type { CommandContext } from './context.ts'
import { createOutput } from './output.ts'
import { declareCommands } from './declare-commands.ts'
import { createProgress } from './progress.ts'
import type { Start } from './start.ts'

/** Options that every command takes. */
interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly config?: string
}

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
  declareCommands(program, start)
  program.exitOverride()
  for (const command of allCommands(program)) command.exitOverride()
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    if (argv.includes('--json')) {
      createOutput({ json: true, quiet: true }, process).error(
        new ClaimsError('invalid_usage', error.message.replace(/^error: /, '')),
        false,
      )
    }
    return 2
  }
  return exitCode
}

async function execute(
  work: (context: CommandContext) => Promise<number>,
  globals: GlobalOptions,
): Promise<number> {
  const output = createOutput({ json: globals.json === true, quiet: globals.quiet === true }, process)
  const controller = new AbortController()
  const stop = (): void => {
    controller.abort()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const config = processConfig(globals.config === undefined ? {} : readConfigFile(globals.config))
    const onProgress = createProgress(process.stderr, { quiet: globals.quiet === true, clock: Date.now })
    return await work({ config, output, onProgress, signal: controller.signal })
  } catch (thrown) {
    const error = toClaimsError(thrown)
    output.error(error, globals.verbose === true)
    return error.entry.exitCode
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
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

function allCommands(program: Program): Program[] {
  return program.commands.flatMap((command) => [command, ...allCommands(command)])
}
