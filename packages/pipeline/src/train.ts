import {
  columnOfRole,
  canonicalJson,
  ClaimsError,
  type Blueprint,
  type DataWarning,
  type Evaluation,
  type LeakageFinding,
  type Manifest,
} from '@claims/contracts'
import { rocAuc } from '@claims/evaluation'
import { applyLeakagePolicy, scanSplit } from '@claims/leakage'
import { classifierDefinitions, type PortableModel } from '@claims/models'
import { fittedPipeline, stepDefinitions } from '@claims/scoring'
import type { ExternalTest } from './bundle/assemble-evaluation.ts'
import { compareModels, type FinalFit } from './selection/compare-models.ts'
import { compileBlueprint, type BlueprintKinds } from './blueprint/compile-blueprint.ts'
import { evaluateRows, measureRows } from './evaluation/evaluate-rows.ts'
import { fitCandidate } from './folds/fit-candidate.ts'
import { anySignal } from './any-signal.ts'
import { foldLanes } from './folds/fold-lanes.ts'
import { evaluateOutOfTime } from './evaluation/out-of-time.ts'
import { prepareRows, rowsToEvaluate } from './evaluation/prepare-rows.ts'
import { readExternal } from './evaluation/read-external.ts'
import {
  prepareTrainingData,
  readChecked,
  type CheckedData,
  type TrainingData,
} from './data/read-training-data.ts'
import { rejectInfinite } from './data/reject-infinite.ts'
import { scanFeatures } from './leakage/scan-features.ts'
import { scanIdentifiers } from './leakage/scan-identifiers.ts'
import { inferGate, requireGate } from './data/quality-gate.ts'
import { selectModel } from './selection/select-model.ts'
import { splitData, type DataSplit } from './folds/split-data.ts'
import { createStageClock } from './stage-clock.ts'
import { externalCautions } from './evaluation/external-cautions.ts'
import { excludeColumns } from './leakage/exclude-columns.ts'
import { quarantineOf, requireTrainingOutput, type TrainingOutput } from './bundle/require-training-output.ts'
import { takeRowNumbers } from './data/take-rows.ts'
import type { TrainOptions } from './train-options.ts'
import { hashOnThread } from './bundle/hash-on-thread.ts'
import { rememberedRows, rowsKey } from './bundle/training-rows.ts'
import type { RememberedTraining } from './bundle/trained-parts.ts'
import { writeRejected } from './bundle/write-rejected.ts'
import { writeTrainedBundle } from './bundle/write-trained-bundle.ts'

/** What training made. */
export interface TrainResult {
  readonly directory: string
  readonly manifest: Manifest
  readonly evaluation: Evaluation
  readonly blueprint: Blueprint
  readonly notes: readonly { readonly column: string; readonly guess: string; readonly reason: string }[]
  /** Rows of the file, 0-based, that the model was tested on; nothing was fitted or chosen on them. */
  readonly testRows: Uint32Array
  /** File of rejected rows, or null when none was rejected. */
  readonly quarantine: string | null
  /** What reading and checking the data found: one entry per rule and field. */
  readonly warnings: readonly DataWarning[]
  /** How the bundle's model is handed to other tools, its `file` a name within the bundle; null where it is not. */
  readonly portable: PortableModel | null
}

/**
 * Trains on a file and writes a bundle: reads, validates, scans for leaks, splits, cross-validates the candidates,
 * selects one, calibrates, chooses the threshold, fits on all training rows, tests once, and writes everything in one
 * atomic step.
 *
 * @param options data, blueprint or label, seed
 * @returns the bundle's manifest and evaluation
 * @throws ClaimsError before anything is read what `compileBlueprint` throws, `already_exists` when `out` is no bundle,
 *   `output_refused` when something else would be destroyed; reading and label errors; `suspected_leak`; `quality_gate_failed`; `aborted`
 * @example
 * await train({ data: 'claims.csv', by: { blueprint: claims }, out: 'bundle', seed: 42, threads: 1 })
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { catalog = classifierDefinitions() } = options
  const kinds = { steps: stepDefinitions, catalog }
  if ('blueprint' in options.by) compileBlueprint(withOptions(options.by.blueprint, options), kinds)
  const stopping: Stopping = { options, kinds, places: await requireTrainingOutput(options), read: undefined }
  try {
    return await trainInto(stopping)
  } catch (error) {
    await keepRejected(stopping)
    throw error
  }
}

/** A training whose rejected rows the caller keeps where it stops. */
async function trainInto(stopping: Stopping): Promise<TrainResult> {
  const { options, kinds, places } = stopping
  const { seed, threads, signal } = options
  const clock = options.clock ?? Date.now
  const createdAt = new Date(clock())
  const stages = createStageClock(clock, options)

  const checked = await stages.run('read', () => readAdjusted(options, createdAt), rowsRead)
  const prepared = await stages.run(
    'validate',
    () => {
      stopping.read = { ...checked, allRows: checked.frame }
      const data = prepareTrainingData(checked)
      stopping.read = data
      return data
    },
    (data) =>
      `quality ${checked.report.quality_score.toFixed(3)}, ${counted(data.rejectedRows, 'row')} rejected`,
  )
  if (checked.blueprint.origin === 'explicit') requireGate(prepared.report)

  const leaks = await stages.run(
    'leakage',
    () => {
      const found = scanFeatures(prepared, seed)
      const decided = applyLeakagePolicy(found, prepared.blueprint)
      return { ...decided, findings: [...scanIdentifiers(prepared, seed), ...decided.findings] }
    },
    ({ findings, excluded }) =>
      `${counted(findings.length, 'finding')}, ${counted(excluded.length, 'column')} excluded`,
  )
  const used = excludeColumns(prepared, leaks.excluded)
  const gated: TrainingData = used.blueprint.origin === 'explicit' ? used : inferGate(used)
  requireGate(gated.report)
  const data: TrainingData = rejectInfinite(gated, seed)
  stopping.read = data
  const { blueprint } = data
  const externalData =
    options.test === undefined
      ? null
      : await stages.run('read', () => readTest(options, data, createdAt), rowsRead)

  const split = await stages.run('split', () => splitData(data, blueprint.split, seed))
  const splitFindings: LeakageFinding[] = scanSplit({
    frame: data.frame,
    target: data.target,
    columns: blueprint.columns,
    trainRows: split.train,
    testRows: split.test,
    entity: columnOfRole(blueprint.columns, 'entity')?.name,
    timeColumn: columnOfRole(blueprint.columns, 'event_time')?.name,
  })

  const { candidates: compiled } = compileBlueprint(blueprint, kinds)
  const fitFinal: FinalFit['fit'] = (selected, how) =>
    fitCandidate(data, split.train, { blueprint, ...selected, seed, purpose: 'final', ...how })
  const compared = await stages.run('cross_validation', () =>
    compareModels(
      data,
      {
        blueprint,
        candidates: compiled,
        splits: split.folds,
        seed,
        lanes: foldLanes(threads),
        clock,
        signal,
        onProgress: options.onProgress,
      },
      { rows: split.train, fit: fitFinal },
    ),
  )
  const { candidates } = compared
  const abandon = async (error: unknown): Promise<never> => {
    await compared.final?.abandon()
    throw error
  }
  const chosen = await stages
    .run('select', () =>
      selectModel({ compared, blueprint, data, splits: split.folds, testRows: split.test }),
    )
    .catch(abandon)

  const fitted = await stages
    .run(
      'fit',
      () =>
        compared.final?.fitted ??
        fitFinal(chosen.selected, { threads, rounds: chosen.selected.roundsOf(split.train.length), signal }),
      () => (compared.final === undefined ? undefined : 'begun beside the folds'),
    )
    .catch(abandon)
  const pipeline = fittedPipeline({
    inputs: data.inputs.names,
    columns: blueprint.columns,
    features: fitted.features,
    model: fitted.model,
    calibrator: chosen.calibrator,
  })
  const measures = { pipeline, blueprint, policy: chosen.policy, seed }
  const failed = new AbortController()
  const trainingRows = rememberRows(data, split, { seed, signal: anySignal(signal, failed.signal) })
  const remembered = Promise.allSettled([trainingRows])
  try {
    const evaluated = await stages.run('evaluate', () =>
      evaluateRows(rowsToEvaluate(data, split.test, pipeline), measures),
    )
    const outOfTime = await stages.run('out_of_time', () =>
      evaluateOutOfTime(data, {
        blueprint,
        selected: chosen.selected,
        threshold: chosen.policy.threshold.value,
        seed,
        threads,
        signal,
      }),
    )
    const external: ExternalTest | null =
      externalData === null
        ? null
        : await stages.run('external_test', () => {
            const { data: tested, rows } = prepareRows(externalData, pipeline)
            const note = `${tested.lineage.source}: ${String(tested.rejectedRows)} rows rejected`
            const fitted = data.inputs.take(split.train)
            const heldOut = data.inputs.take(split.test)
            const cautions = externalCautions(tested, { fitted, heldOut })
            return { test: { ...measureRows(rows, measures).test, note }, cautions }
          })
    const bestAuc = options.truth === undefined ? null : bestPossible(data, split.test, options.truth)
    const result = await stages.run('write', () =>
      writeTrainedBundle(places, {
        options,
        createdAt,
        data,
        split,
        candidates,
        chosen,
        fitted,
        pipeline,
        evaluated,
        outOfTime,
        external,
        bestAuc,
        trainingRows,
        leakage: [...leaks.findings, ...splitFindings],
        seconds: stages.seconds,
      }),
    )
    return {
      directory: options.out,
      blueprint,
      notes: data.notes,
      warnings: data.warnings,
      testRows: takeRowNumbers(data.fileRows, split.test),
      portable: pipeline.portable(),
      ...result,
    }
  } finally {
    failed.abort()
    await remembered
    pipeline.dispose()
  }
}

/** What the bundle remembers of its training rows, hashed while the model is evaluated. */
async function rememberRows(
  { inputs, blueprint, lineage }: TrainingData,
  { train: fitted, test }: DataSplit,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<RememberedTraining> {
  const key = rowsKey(canonicalJson({ name: blueprint.name, data: lineage.sha256, seed }))
  const heldOut = inputs.take(test)
  const hashes = await hashOnThread({ fitted: inputs.take(fitted), heldOut, key }, { signal })
  return { rows: rememberedRows(hashes, { key, heldOut }), testKnown: hashes.isKnown }
}

async function readAdjusted(options: TrainOptions, now: Date): Promise<CheckedData> {
  const { data, by, signal } = options
  const read = await readChecked(data, by, {
    now,
    asOf: options.asOf,
    purpose: 'training',
    signal,
  })
  return { ...read, blueprint: withOptions(read.blueprint, options) }
}

async function readTest(
  { test = '', asOf, signal }: TrainOptions,
  { blueprint, lineage }: TrainingData,
  now: Date,
): Promise<TrainingData> {
  return readExternal(test, { blueprint, trainedOn: lineage.sha256, now, asOf, signal })
}

/** What a training that stops needs to keep its rejected rows. */
interface Stopping {
  readonly options: TrainOptions
  readonly kinds: BlueprintKinds
  readonly places: TrainingOutput
  /** Rows and what is rejected among them, as far as is known; undefined before anything is read. */
  read: Pick<TrainingData, 'allRows' | 'validation'> | undefined
}

/** Rejected rows are kept also where a training stops, wherever it stops: whoever has to mend them needs them most. */
async function keepRejected({ options, places, read }: Stopping): Promise<void> {
  if (read === undefined) return
  const tell = (message: string): void => options.onProgress?.({ kind: 'warning', message })
  try {
    const rows = await writeRejected(places, read, options.output)
    if (rows > 0) tell(`${counted(rows, 'rejected row')} written to ${quarantineOf(options)}`)
  } catch (error) {
    // What stopped the training is told by its own error.
    tell(
      `Rejected rows could not be written to ${quarantineOf(options)}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function rowsRead({ lineage }: CheckedData): string {
  return `${lineage.rows.toLocaleString('en')} rows of ${lineage.source}`
}

/** The blueprint with the folds and models that the call asks for. @throws ClaimsError `invalid_parameter` for a model it does not have */
function withOptions(
  blueprint: Blueprint,
  { folds, models }: Pick<TrainOptions, 'folds' | 'models'>,
): Blueprint {
  const unknown = models?.find((name) => !blueprint.candidates.some((candidate) => candidate.name === name))
  if (unknown !== undefined) {
    const allowed = blueprint.candidates.map(({ name }) => name).join(', ')
    throw new ClaimsError(
      'invalid_parameter',
      `The blueprint has no candidate "${unknown}"; it has ${allowed}`,
      {
        problems: [{ field: 'models', problem: `"${unknown}" is unknown`, allowed }],
      },
    )
  }
  return {
    ...blueprint,
    candidates:
      models === undefined
        ? blueprint.candidates
        : blueprint.candidates.filter(({ name }) => models.includes(name)),
    split: folds === undefined ? blueprint.split : { ...blueprint.split, folds },
  }
}

function bestPossible(data: TrainingData, rows: Uint32Array, truth: ReadonlyMap<string, number>): number {
  const id = columnOfRole(data.blueprint.columns, 'id')?.name
  if (id === undefined)
    throw new ClaimsError('invalid_usage', 'True probabilities need a blueprint with an id column')
  const frame = data.frame.select([id]).take(rows)
  const probability = Float64Array.from({ length: rows.length }, (_, i) => {
    const value = truth.get(String(frame.row(i)[id]))
    if (value === undefined)
      throw new ClaimsError('invalid_usage', `There is no true probability for ${String(frame.row(i)[id])}`)
    return value
  })
  return rocAuc(
    Uint8Array.from(rows, (row) => data.target[row]!),
    probability,
  )
}

function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}
