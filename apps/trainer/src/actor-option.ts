import type { Command } from 'commander'

/** Adds the option that says who changes something. */
export function actor(command: Command): Command {
  return command.option(
    '--actor <name>',
    'who; default: the user of the operating system. Either is recorded as asserted',
  )
}
