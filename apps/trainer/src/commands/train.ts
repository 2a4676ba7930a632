import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClaimsError } from '@claims/contracts'
import type { BlueprintHints, TrainOptions } from '@claims/pipeline'
import type { CommandContext } from '../context.ts'
import type { InferenceOptions, TrainCommandOptions } from '../command-options.ts'
import { describeEvaluation } from '../describe-evaluation.ts'
import { blueprintOf } from '../find-blueprint.ts'
import { openRegistry } from '../open-model.ts'
import type { ModelVersion } from '@claims/registry'
import { describeTracked, trainAndTrack } from '../track-training.ts'

/** `claims train` */
export async function trainCommand(options: TrainCommandOptions, context: CommandContext): Promise<0 | 1> {
  const { config, output, onProgress, signal } = context
  const gitCommit = await currentCommit()
  const training = {
    data: options.data,
    by:
      options.blueprint === undefined
        ? { hints: hintsOf(options) }
        : { blueprint: await blueprintOf(options.blueprint) },
    out: options.out,
    seed: options.seed,
    threads: config.threads,
    signal,
    onProgress,
    ...(options.test === undefined ? {} : { test: options.test }),
    ...(options.models === undefined ? {} : { models: options.models }),
    ...(options.folds === undefined ? {} : { folds: options.folds }),
    ...(config.xgboostLibrary === undefined ? {} : { xgboostLibrary: config.xgboostLibrary }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
  } satisfies TrainOptions
  const register = async (): Promise<ModelVersion | null> =>
    options.register === undefined
      ? null
      : openRegistry(config).register(options.register, options.out, { actor: 'command line' })
  const { result, registered, tracked } = await trainAndTrack(
    training,
    { name: options.register, bundle: register },
    context,
  )
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
    evaluation: result.evaluation,
  })
  return 0
}

/**
 * What to infer a blueprint from.
 *
 * @throws ClaimsError `invalid_usage` when neither `--blueprint` nor `--label` is given
 */
export function hintsOf(options: InferenceOptions): BlueprintHints {
  if (options.label === undefined) {
    throw new ClaimsError(
      'invalid_usage',
      'Name a blueprint by --blueprint, or the label column by --label',
      {
        problems: [{ field: '--label', problem: 'is absent', allowed: 'the name of the label column' }],
      },
    )
  }
  return {
    label: options.label,
    ...(options.positive === undefined ? {} : { positive: options.positive }),
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.time === undefined ? {} : { time: options.time }),
    ...(options.entity === undefined ? {} : { entity: options.entity }),
  }
}

async function currentCommit(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'])
    return stdout.trim()
  } catch {
    return undefined
  }
}
