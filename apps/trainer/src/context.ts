import type { ProgressListener } from '@claims/contracts'
import type { Config } from './config.ts'
import type { Output } from './output.ts'

/** What every command gets beside its own options. */
export interface CommandContext {
  readonly config: Config
  readonly output: Output
  /** Files that were read before the command began, such as that of `--config`; no output replaces them. */
  readonly inputs: readonly string[]
  readonly onProgress: ProgressListener
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** A command returns its exit code: 0 yes, 1 the answer is no. Everything else is thrown. */
export type Command<TOptions> = (options: TOptions, context: CommandContext) => Promise<0 | 1>
