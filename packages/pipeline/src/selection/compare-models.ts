import { metricTable, selectCandidate } from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { testShareOf, type Split } from '@claims/models'
import { anySignal } from '../any-signal.ts'
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
  /** The fit on all training rows, where it did not have to wait for the folds. */
  readonly final: BegunFit | undefined
}

/** A fit that goes on while its caller does something else. */
interface BegunFit {
  readonly fitted: Promise<FittedCandidate>
  /** Ends a fit that nobody waits for any more, and frees what it came to. */
  abandon(): Promise<void>
}

/** What to fit in the end. */
export interface FinalFit {
  /** All training rows. */
  readonly rows: Uint32Array
  readonly fit: (
    selected: CompiledCandidate,
    how: Pick<ModelFit, 'threads' | 'rounds' | 'signal'>,
  ) => Promise<FittedCandidate>
  /** Training rows above which candidates are compared on a sample, and the rows of the sample. */
  readonly sampling?: { readonly above: number; readonly size: number }
}

/**
 * Cross-validates the candidates and takes one. Above 200,000 training rows candidates are compared on a stratified
 * sample of 100,000 of them, in the same folds, until one of them is left or there are no more folds; the one that is taken
 * is then cross-validated on all rows and folds, and begun to be fitted on all training rows after the folds where it does not
 * wait for their rounds.
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
  const { rows: train, sampling = { above: comparedWhole, size: sampleSize } } = final
  if (train.length <= sampling.above || how.candidates.length === 1) {
    const candidates = await crossValidateCandidates(data, how)
    return { candidates, ...select(candidates, how, how.splits), final: undefined }
  }
  const sample = sampleFolds(train, data.target, {
    splits: how.splits,
    size: sampling.size,
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
  const folds = crossValidateCandidates(data, {
    ...how,
    candidates: [{ candidate, definition, classifier }],
  })
  const begun = classifier.usesValidation ? undefined : begin(final.fit, taken.selected, how)
  const [selected] = await folds.catch(async (error: unknown) => {
    await begun?.abandon()
    throw error
  })
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
    final: begun,
  }
}

/** Fits in the same lanes as the folds, after those that were asked for before. */
function begin(fit: FinalFit['fit'], selected: CompiledCandidate, how: CrossValidation): BegunFit {
  const { lanes, signal } = how
  const abandoned = new AbortController()
  const options = { threads: lanes.threads, signal: anySignal(signal, abandoned.signal) }
  const fitted = lanes.run(() => fit(selected, options))
  const settled = Promise.allSettled([fitted])
  return {
    fitted,
    async abandon() {
      abandoned.abort()
      const [outcome] = await settled
      if (outcome.status === 'fulfilled') outcome.value.model.dispose()
    },
  }
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
