import { experimentEndpoints } from '../endpoints/experiment-endpoints.ts'
import { runEndpoints } from '../endpoints/run-endpoints.ts'
import { MlflowError } from '../errors.ts'
import type { Transport } from '../http/transport.ts'
import type { BufferOptions } from './metric-buffer.ts'
import type { Pair } from './run-batch.ts'

/** Which run to work on. */
export type RunStart = NewRun | { readonly runId: string }

/** A run to start. Say the experiment by id or by name; one that is named is made when there is none. */
export interface NewRun {
  readonly experimentId?: string | undefined
  readonly experimentName?: string | undefined
  /** Tags of the experiment, should it be made. */
  readonly experimentTags?: Readonly<Record<string, string>> | undefined
  readonly runName?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Id of the run that this one is part of. */
  readonly parentRunId?: string | undefined
  /** Milliseconds since 1970. Default now. */
  readonly startTime?: number | undefined
}

/** How a run is worked on. */
export interface RunOptions extends BufferOptions {
  /** Ends the run as KILLED; also given to the calls of the run. */
  readonly signal?: AbortSignal | undefined
  /** Tags for user, source and git commit. Default true. */
  readonly systemTags?: boolean | undefined
  /** The program, for the tag `mlflow.source.name`. Default the script of the process. */
  readonly source?: string | undefined
}

/** The tags of a new run: what the caller says wins over what the system says. */
export function startTags(start: NewRun, system: readonly Pair[]): Pair[] {
  const { tags, runName, description, parentRunId } = start
  const all: Record<string, string> = Object.fromEntries(system.map(({ key, value }) => [key, value]))
  if (runName !== undefined) all['mlflow.runName'] = runName
  if (description !== undefined) all['mlflow.note.content'] = description
  if (parentRunId !== undefined) all['mlflow.parentRunId'] = parentRunId
  return Object.entries({ ...all, ...tags }).map(([key, value]) => ({ key, value }))
}

/**
 * Requires a run that servers make as it is given, before anything is made or kept: a spool never gives up on the start
 * of a run.
 *
 * @throws MlflowError `invalid_argument` with the field
 */
export async function checkStart(
  transport: Pick<Transport, 'check'>,
  { experimentId = '0', experimentName, experimentTags = {}, runName, startTime }: NewRun,
  tags: readonly Pair[],
): Promise<void> {
  if (experimentName !== undefined) {
    const pairs = Object.entries(experimentTags).map(([key, value]) => ({ key, value }))
    await transport.check(experimentEndpoints.create, { name: experimentName, tags: pairs })
  }
  await transport.check(runEndpoints.create, {
    experimentId,
    tags: [...tags],
    ...(startTime !== undefined && { startTime }),
    ...(runName !== undefined && { runName }),
  })
}

/** @throws MlflowError `invalid_argument` unless the experiment is said once */
export function requireExperiment({ experimentId, experimentName }: NewRun): void {
  if ((experimentId === undefined) !== (experimentName === undefined)) return
  throw new MlflowError('invalid_argument', 'withRun: say experimentId or experimentName, and not both', {
    endpoint: 'withRun',
    field: 'experimentId',
  })
}
