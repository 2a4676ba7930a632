import type { LogListener } from '../http/log-event.ts'
import { createSpoolStarter } from '../spool/spool-run.ts'
import type { ActiveRun } from './active-run.ts'
import type { RunClient } from './direct-sink.ts'
import { createExitGuard } from './exit-guard.ts'
import type { RunOptions, RunStart } from './run-start.ts'
import { createDirectStarter, withRun } from './with-run.ts'

/** Starts runs of a client and ends them; see {@link withRun}. */
export type RunWithClient = <T>(
  start: RunStart,
  body: (run: ActiveRun) => Promise<T>,
  options: RunOptions,
) => Promise<T>

/**
 * What starts the runs of a client, with one guard for the end of the process.
 *
 * @param client sends the calls
 * @param spool directory where runs are kept, if any, and who is told of it
 */
export function createRunWithClient(
  client: RunClient,
  { spool, log }: { readonly spool: string | undefined; readonly log: LogListener | undefined },
): RunWithClient {
  const guard = createExitGuard()
  return (start, body, options) => {
    const starter =
      spool === undefined
        ? createDirectStarter(client, options)
        : createSpoolStarter({ client, directory: spool, log })
    return withRun(start, body, { starter, metrics: client.metrics, guard, options })
  }
}
