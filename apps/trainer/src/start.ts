import type { Command } from './context.ts'

/** Runs a command that is loaded only when it is asked for. */
export type Start = <TOptions>(load: () => Promise<Command<TOptions>>, options: TOptions) => Promise<void>
