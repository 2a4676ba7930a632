import { join } from 'node:path'
import type { TrainOptions } from '@claims/pipeline'
import { actorOf } from '../actor.ts'
import type { CommandContext } from '../context.ts'
import type { TrainCommandOptions } from '../command-options.ts'
import { hintsOf, requireNoHints, withOptions } from '../apply-options.ts'
import { describeWarnings } from '../describe-warnings.ts'
import { outputRules } from '../output-rules.ts'
import { describeEvaluation } from '../describe-evaluation.ts'
import { blueprintOf } from '../find-blueprint.ts'
import { modelCatalog } from '../model-catalog.ts'
import { originOf } from '../origin.ts'
import { withRegistry } from '../open-model.ts'
import type { ModelVersion } from '@claims/registry'
import { describeTracked, trainAndTrack, type TrackedTraining } from '../track-training.ts'

/** `claims train` */
export async function trainCommand(options: TrainCommandOptions, context: CommandContext): Promise<0 | 1> {
  const { config, output, onProgress, signal } = context
  const training = {
    data: options.data,
    by: await described(options),
    out: options.out,
    output: outputRules(options, context, options.blueprint),
    asOf: options.asOf,
    seed: options.seed,
    threads: config.threads,
    signal,
    onProgress,
    test: options.test,
    models: options.models,
    folds: options.folds,
    catalog: modelCatalog(config),
    ...(await originOf(options.data)),
  } satisfies TrainOptions
  const name = options.register
  const register = async (): Promise<ModelVersion | null> =>
    name === undefined
      ? null
      : await withRegistry(
          context,
          ({ registry }) => registry.register(name, options.out, actorOf({})),
          // The run registers the bundle at MLflow by itself; the mirror takes that version as its own.
          { mirror: false },
        )
  const { result, registered, tracked } = await trainAndTrack(
    training,
    { name: options.register, bundle: register },
    context,
  )
  if (registered !== null && tracked !== null) await mirrorRegistered(registered, tracked, context)
  const warnings = result.warnings
  for (const line of describeWarnings(warnings)) output.line(line)
  for (const { column, guess, reason } of result.notes)
    output.line(`guessed           ${column}: ${guess} (${reason})`)
  for (const line of describeEvaluation(result.evaluation)) output.line(line)
  output.line(`bundle            ${options.out}`)
  output.line(`report            ${join(options.out, 'report.html')}`)
  if (result.quarantine !== null) output.line(`rejected rows     ${result.quarantine}`)
  if (registered !== null) output.line(`registered        ${registered.name}@${registered.version}`)
  if (tracked !== null) for (const line of describeTracked(tracked)) output.line(line)
  output.result({
    bundle: options.out,
    report: join(options.out, 'report.html'),
    quarantine: result.quarantine,
    registered: registered === null ? null : { name: registered.name, version: registered.version },
    ...(tracked !== null && { mlflow: tracked }),
    notes: result.notes,
    warnings,
    evaluation: result.evaluation,
  })
  return 0
}

async function described(options: TrainCommandOptions): Promise<TrainOptions['by']> {
  if (options.blueprint === undefined) return { hints: hintsOf(options) }
  requireNoHints(options)
  return { blueprint: withOptions(await blueprintOf(options.blueprint), options) }
}

/** What waits in the spool goes first: the mirror would make the same version a second time. */
async function mirrorRegistered(
  { name }: ModelVersion,
  { waiting }: TrackedTraining,
  context: CommandContext,
): Promise<void> {
  if (waiting > 0) {
    context.output.note(
      `MLflow is away: the registration of ${name} waits, too; claims mlflow reconcile sends it`,
    )
    return
  }
  const { mirrorChanges } = await import('../mirror-changes.ts')
  await withRegistry(context, (opened) => mirrorChanges(opened, [name], context))
}
