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

/** How long a command waits for MLflow after its own work is done. */
const limitMilliseconds = 5000

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
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMilliseconds)])
  const memory = mirrorMemory(config)
  for (const name of names.filter((one) => !one.startsWith('_'))) {
    try {
      const mlflow = openMlflow(config, { retries: 1, timeoutMilliseconds: limitMilliseconds })
      const result = await mirrorModel(mirrorParts(opened, mlflow, { config, signal }), name)
      await memory.write(result.address, name, result)
      for (const line of describeMirrored(result)) output.note(line)
    } catch (thrown) {
      const error = toClaimsError(thrown)
      const waiting = await waitingOf(opened, name, config)
      const away = error.code === 'aborted' || error.code === 'tracking_unavailable'
      const what = `${waiting} of ${name} ${waiting === '1 change' ? 'waits' : 'wait'}; claims mlflow reconcile sends ${waiting === '1 change' ? 'it' : 'them'}`
      output.note(away ? `MLflow is away: ${what}` : `MLflow was not told: ${error.message}: ${what}`)
    }
  }
}

/** How much waits as far as this installation remembers, which is all while the server is away. */
async function waitingOf(
  { ledger }: Pick<OpenRegistry, 'ledger'>,
  name: string,
  config: Config,
): Promise<string> {
  try {
    const entries = (await ledger.read(name)).length
    const address = openMlflow(config).transport.trackingUri
    const known = (await mirrorMemory(config).read(address, name))?.position ?? 0
    const count = Math.max(1, entries - known)
    return `${count.toLocaleString('en')} ${count === 1 ? 'change' : 'changes'}`
  } catch {
    return 'all changes'
  }
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
