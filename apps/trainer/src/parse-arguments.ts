import { ClaimsError } from '@claims/contracts'
import { CommanderError, type Command as Program } from 'commander'
import { repeated } from './option-values.ts'

/** How parsing ended: a command ran, help or the version was printed, or the arguments are wrong. */
export type Parsed =
  | { readonly kind: 'done' }
  | { readonly kind: 'usage'; readonly text: string }
  | { readonly kind: 'wrong'; readonly error: ClaimsError }

/**
 * Parses arguments and runs the command that they name. Refuses what a parser would take silently: an option that is
 * given twice, an empty value, a NUL character. Marks in the help what is required.
 *
 * @param program with every command declared
 * @param argv as `process.argv`
 * @throws what a command throws
 */
export async function parseArguments(program: Program, argv: readonly string[]): Promise<Parsed> {
  let usage = ''
  for (const command of [program, ...allCommands(program)]) {
    command.exitOverride().configureOutput({
      writeErr: (text) => {
        usage += text
      },
      outputError: () => undefined,
    })
    makeStrict(command)
  }
  try {
    if (argv.some((argument) => argument.includes('\0')))
      throw new CommanderError(2, 'claims.nul', 'error: an argument holds a NUL character')
    await program.parseAsync([...argv])
    return { kind: 'done' }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'done' }
    if (error.code === 'commander.help') return { kind: 'usage', text: usage }
    return { kind: 'wrong', error: usageError(error, program) }
  }
}

function makeStrict(command: Program): void {
  const given = new Set<string>()
  for (const option of command.options) {
    const { flags } = option
    if (option.mandatory) option.description += ' (required)'
    if (!option.required) continue
    command.on(`option:${option.name()}`, (value: string) => {
      if (value.trim() === '') command.error(`error: option '${flags}' has an empty value`)
      if (given.has(flags) && option.parseArg !== repeated)
        command.error(`error: option '${flags}' is given more than once`)
      given.add(flags)
    })
  }
}

function usageError({ code, message }: CommanderError, program: Program): ClaimsError {
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ')
  const [problem = text, told] = text.split(/\.? (?:allowed: |Allowed choices are )/)
  const field = /option '(?:-\w, )?(--[\w-]+)/.exec(problem)?.[1]
  const unknown = /^unknown (?:command|option) '([^']*)'/.exec(problem)?.[1]
  const allowed =
    code === 'commander.unknownCommand' ? siblingsOf(program).join(', ') : told?.replace(/\.$/, '')
  return new ClaimsError('invalid_usage', problem, {
    problems: [
      { field: unknown ?? field ?? 'arguments', problem, allowed: allowed ?? '--help shows what is allowed' },
    ],
  })
}

/** Names of the commands that could stand where an unknown one does. */
function siblingsOf(program: Program): string[] {
  const [first] = program.args
  const group = program.commands.find((command) => command.name() === first && command.commands.length > 0)
  return (group ?? program).commands.map((command) => command.name())
}

function allCommands(program: Program): Program[] {
  return program.commands.flatMap((command) => [command, ...allCommands(command)])
}
