import { join } from 'node:path'
import { toClaimsError } from '@claims/contracts'
import type { MlflowClient } from '@claims/mlflow'
import { mirroredContent } from '@claims/pipeline'
import {
  MirrorMemory,
  mirrorModel,
  type MirrorParts,
  type MirrorResult,
  type OpenRegistry,
} from '@claims/registry'
import type { Config } from './config.ts'
import type { CommandContext } from './context.ts'
import { modelCatalog } from './model-catalog.ts'
import { openMlflow } from './open-mlflow.ts'

/** What this installation remembers of its mirrors. */
export function mirrorMemory(config: Config): MirrorMemory {
  return new MirrorMemory(join(config.home, 'mlflow-mirror'))
}

/** What mirrors of this installation are made with. */
export function mirrorParts(
  { ledger, artifacts }: Pick<OpenRegistry, 'ledger' | 'artifacts'>,
  mlflow: MlflowClient,
  { config, signal }: Pick<CommandContext, 'config' | 'signal'>,
): MirrorParts {
  return {
    ...{ ledger, artifacts, mlflow, signal },
    experimentName: config.mlflow?.experimentName,
    describe: (directory, bundle) => mirroredContent(directory, bundle, modelCatalog(config)),
  }
}

/**
 * Mirrors models whose histories grew, for a few seconds at most. What could not be sent waits, and a note says how much;
 * nothing that happens here is an error of the command.
 *
 * @param opened the registry
 * @param names of the models
 * @param context of the command
 */
export async function mirrorChanges(
  opened: Pick<OpenRegistry, 'ledger' | 'artifacts'>,
  names: readonly string[],
  context: Pick<CommandContext, 'config' | 'output' | 'signal'>,
): Promise<void> {
  const { config, output } = context
  const limit = config.mlflow?.mirrorMilliseconds ?? 0
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limit)])
  const memory = mirrorMemory(config)
  for (const name of names.filter((one) => !one.startsWith('_'))) {
    try {
      const mlflow = openMlflow(config, { retries: 1, timeoutMilliseconds: Math.max(limit, 1000) })
      const result = await mirrorModel(mirrorParts(opened, mlflow, { config, signal }), name)
      await memory.write(result.address, name, result)
      for (const line of describeMirrored(result)) output.note(line)
    } catch (thrown) {
      const error = toClaimsError(thrown)
      const what = waitingText(name, await waitingOf(opened, name, config))
      const why =
        error.code === 'tracking_unavailable'
          ? 'MLflow is away'
          : error.code === 'aborted'
            ? `MLflow was not done in ${String(limit / 1000)} s`
            : `MLflow was not told: ${error.message}`
      output.note(`${why}: ${what}`)
    }
  }
}

/** How much waits as far as this installation remembers, which is all while the server is away. */
async function waitingOf(
  { ledger }: Pick<OpenRegistry, 'ledger'>,
  name: string,
  config: Config,
): Promise<number | null> {
  try {
    const entries = (await ledger.read(name)).length
    const address = openMlflow(config).transport.trackingUri
    const known = (await mirrorMemory(config).read(address, name))?.position ?? 0
    return Math.max(1, entries - known)
  } catch {
    return null
  }
}

function waitingText(name: string, count: number | null): string {
  if (count === 1) return `1 change of ${name} waits; claims mlflow reconcile sends it`
  const changes = count === null ? 'changes' : `${count.toLocaleString('en')} changes`
  return `${changes} of ${name} wait; claims mlflow reconcile sends them`
}

/** What a person should know of what was sent. */
function describeMirrored({ name, entries, position, rows, notes }: MirrorResult): readonly string[] {
  return [
    ...rows
      .filter(({ altered, state }) => altered && state === 'sent')
      .map(
        ({ subject, registry, mlflow }) =>
          `warning: MLflow had ${mlflow} for ${subject}, which nobody sent there; it is ${registry} again`,
      ),
    ...rows
      .filter(({ state }) => state === 'left')
      .map(({ subject, problem = '' }) => `warning: ${subject} could not be mirrored: ${problem}`),
    ...notes.map((note) => `note: at MLflow ${note}`),
    ...(position < entries
      ? [
          `MLflow has ${String(position)} of ${String(entries)} changes of ${name}; claims mlflow reconcile sends the rest`,
        ]
      : []),
  ]
}
