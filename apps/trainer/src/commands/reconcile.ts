import { ClaimsError } from '@claims/contracts'
import { reconcileModel, type MirrorRow } from '@claims/registry'
import type { ReconcileCommandOptions } from '../command-options.ts'
import type { CommandContext } from '../context.ts'
import { mirrorMemory, mirrorParts } from '../mirror-changes.ts'
import { openMlflow } from '../open-mlflow.ts'
import { withRegistry } from '../open-model.ts'

/** A model whose history or bundle cannot be read, so that it was not compared. */
interface Failure {
  readonly name: string
  readonly code: string
  readonly message: string
}

/**
 * `claims mlflow reconcile`: sends what waits and repairs what differs; 1 when a dry run found something, or something was
 * left that is not as the registry says.
 */
export async function reconcileMirror(
  options: ReconcileCommandOptions,
  context: CommandContext,
): Promise<0 | 1> {
  const { config, output, signal } = context
  const { dryRun = false } = options
  const mlflow = openMlflow(config)
  if (!dryRun) await sendSpool(context)
  const memory = mirrorMemory(config)
  const address = mlflow.transport.trackingUri
  const rows: (MirrorRow & { readonly model: string })[] = []
  const failures: Failure[] = []
  await withRegistry(context, async (opened) => {
    const parts = mirrorParts(opened, mlflow, { config, signal })
    const all = (await opened.ledger.names()).filter((name) => !name.startsWith('_'))
    for (const name of options.name === undefined ? all : [options.name]) {
      try {
        const remembered = (await memory.read(address, name))?.position
        const result = await reconcileModel(parts, name, { ...options, remembered })
        if (!dryRun) await memory.write(address, name, result)
        for (const line of describeRows(result.rows)) output.line(line)
        rows.push(...result.rows.map((row) => ({ model: name, ...row })))
        for (const note of result.notes) output.note(`note: at MLflow ${note}`)
      } catch (error) {
        const own = error instanceof ClaimsError && ofOneModel.has(error.code)
        if (!own || options.name !== undefined) throw error
        failures.push({ name, code: error.code, message: error.message })
        output.note(`warning: ${name} was not compared: ${error.message} [${error.code}]`)
      }
    }
  })
  const wrong = rows.filter(({ state }) => state === 'left' || (dryRun && state === 'found'))
  if (rows.length === 0 && failures.length === 0) output.line(`MLflow at ${address} agrees with the registry`)
  output.result({ address, dry_run: dryRun, rows, failures })
  return wrong.length === 0 && failures.length === 0 ? 0 : 1
}

const ofOneModel: ReadonlySet<string> = new Set([
  'damaged_bundle',
  'unsupported_format_version',
  'tracking_refused',
])

/** Runs of trainings go first: a version that one of them registers would be made twice. */
async function sendSpool({ config, output, signal }: CommandContext): Promise<void> {
  const mlflow = openMlflow(config)
  if ((await mlflow.spool.status()).every(({ waiting }) => waiting === 0)) return
  const runs = await mlflow.replay({ signal })
  const sent = runs.reduce((sum, run) => sum + run.sent, 0)
  output.note(`note: ${sent.toLocaleString('en')} operations of trainings that waited were sent`)
  const failed = runs.find(({ error }) => error !== undefined)?.error
  if (failed !== undefined)
    throw new ClaimsError(
      failed.code === 'aborted' ? 'aborted' : 'tracking_unavailable',
      `Not everything that waits could be sent to MLflow: ${failed.message}`,
      { cause: failed },
    )
}

/** Tags that were sent as they should be are told by their number. */
function describeRows(rows: readonly MirrorRow[]): readonly string[] {
  const plain = ({ what, state }: MirrorRow): boolean => state === 'sent' && what.endsWith('_tag')
  const tags = rows.filter(plain).length
  return [
    ...rows.filter((row) => !plain(row)).map(describeRow),
    ...(tags === 0 ? [] : [`sent      ${String(tags)} ${tags === 1 ? 'tag' : 'tags'} beside`]),
  ]
}

function describeRow({ state, what, subject, registry, mlflow, problem }: MirrorRow): string {
  return `${state.padEnd(8)}  ${what.padEnd(11)}  ${subject}: registry says ${registry}, MLflow says ${mlflow}${problem === undefined ? '' : `; ${problem}`}`
}
