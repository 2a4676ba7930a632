import { metricTable, selectCandidate } from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { testShareOf, type Split } from '@claims/models'
import type { CompiledCandidate } from '../blueprint/compile-blueprint.ts'
import {
  crossValidateCandidates,
  type CrossValidated,
  type CrossValidation,
} from '../folds/cross-validate-candidates.ts'
import type { FittedCandidate, ModelFit } from '../folds/fit-candidate.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { comparedWhole, sampleFolds, sampleSize } from '../folds/sample-folds.ts'

/** All candidates, and the one that was taken. */
export interface ComparedModels {
  readonly candidates: readonly CrossValidated[]
  readonly selected: CrossValidated
  /** Why, as a full sentence. */
  readonly rule: string
  /** The model of all training rows, where it was known early enough to be fitted beside the folds. */
  readonly final: FittedCandidate | undefined
}

/** What to fit in the end. */
export interface FinalFit {
  /** All training rows. */
  readonly rows: Uint32Array
  readonly fit: (
    selected: CompiledCandidate,
    how: Pick<ModelFit, 'threads' | 'rounds' | 'signal'>,
  ) => Promise<FittedCandidate>
}

/**
 * Cross-validates the candidates and takes one. Above 200,000 training rows candidates are compared on a stratified
 * sample of 100,000 of them, in the same folds, until one of them is left or there are no more folds; the one that is taken
 * is then cross-validated on all rows and folds, and fitted on all training rows beside the folds where it does not wait
 * for their rounds.
 *
 * @param data all accepted rows
 * @param how candidates, folds, seed
 * @param final training rows, and how to fit the model that is taken on them
 * @returns the candidates in their order
 * @throws ClaimsError what fitting throws; `aborted`
 */
export async function compareModels(
  data: TrainingData,
  how: CrossValidation,
  final: FinalFit,
): Promise<ComparedModels> {
  const { rows: train } = final
  if (train.length <= comparedWhole || how.candidates.length === 1) {
    const candidates = await crossValidateCandidates(data, how)
    return { candidates, ...select(candidates, how, how.splits), final: undefined }
  }
  const sample = sampleFolds(train, data.target, {
    splits: how.splits,
    size: sampleSize,
    random: createRandom(how.seed).split('compared-rows'),
  })
  const compared = await crossValidateCandidates(data, {
    ...how,
    splits: sample.splits,
    part: '.sample',
    untilOneRemains: true,
  })
  const taken = select(compared, how, sample.splits)
  const { candidate, definition, classifier } = taken.selected
  const whole = await besides(how, {
    folds: (signal) =>
      crossValidateCandidates(data, { ...how, signal, candidates: [{ candidate, definition, classifier }] }),
    final: classifier.usesValidation
      ? undefined
      : (signal) => final.fit(taken.selected, { threads: how.lanes.threads, signal }),
  })
  const [selected] = whole.folds
  if (selected === undefined) throw new TypeError('Cross-validation of one candidate gave none')
  const candidates = compared.map((each): CrossValidated =>
    each === taken.selected
      ? selected
      : { ...each, evaluation: { ...each.evaluation, sample_rows: sample.rows } },
  )
  const number = (rows: number): string => rows.toLocaleString('en')
  return {
    candidates,
    selected,
    rule: `On a stratified sample of ${number(sample.rows)} of ${number(train.length)} training rows, ${taken.rule}; its own figures are of all rows`,
    final: whole.final,
  }
}

/** The folds, and in the same lanes the final fit, first because it takes longest. Where one fails, the other ends too. */
async function besides(
  { lanes, signal }: Pick<CrossValidation, 'lanes' | 'signal'>,
  work: {
    readonly folds: (signal: AbortSignal) => Promise<CrossValidated[]>
    readonly final: ((signal: AbortSignal) => Promise<FittedCandidate>) | undefined
  },
): Promise<{ folds: CrossValidated[]; final: FittedCandidate | undefined }> {
  const failed = new AbortController()
  const both = AbortSignal.any(signal === undefined ? [failed.signal] : [signal, failed.signal])
  const ending = async <T>(running: Promise<T>): Promise<T> => {
    try {
      return await running
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const final = ending(lanes.run(async () => await work.final?.(both)))
  const folds = ending(work.folds(both))
  const [fitted, measured] = await Promise.allSettled([final, folds])
  if (fitted.status === 'fulfilled' && measured.status === 'fulfilled')
    return { folds: measured.value, final: fitted.value }
  if (fitted.status === 'fulfilled') fitted.value?.model.dispose()
  throw failed.signal.reason
}

function select(
  candidates: readonly CrossValidated[],
  { blueprint }: CrossValidation,
  splits: readonly Split[],
): { selected: CrossValidated; rule: string } {
  const { metric } = blueprint.selection
  const selection = selectCandidate(
    fromSimple(candidates).flatMap(({ candidate, evaluation }, complexity) =>
      evaluation.stopped === undefined
        ? [
            {
              name: candidate.name,
              complexity,
              folds: evaluation.cross_validation.metrics[metric]?.folds ?? [],
            },
          ]
        : [],
    ),
    {
      metric,
      higherIsBetter: metricTable[metric].better === 'higher',
      testShare: testShareOf(splits),
      stopped: candidates.flatMap(({ candidate, evaluation }) =>
        evaluation.stopped === undefined ? [] : [candidate.name],
      ),
    },
  )
  const selected = candidates.find(({ candidate }) => candidate.name === selection.name)
  if (selected === undefined)
    throw new TypeError(`selectCandidate named "${selection.name}", which is no candidate`)
  return { selected, rule: selection.rule }
}

/** By the complexity of the kind of model; candidates of one kind in the blueprint's order. */
function fromSimple(candidates: readonly CrossValidated[]): CrossValidated[] {
  return candidates.toSorted((a, b) => a.definition.complexity - b.definition.complexity)
}
