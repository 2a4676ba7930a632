import { metricTable, selectCandidate } from '@claims/evaluation'
import { createRandom } from '@claims/frame'
import { testShareOf, type Split } from '@claims/models'
import {
  crossValidateCandidates,
  type CrossValidated,
  type CrossValidation,
} from '../folds/cross-validate-candidates.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import { comparedWhole, sampleFolds, sampleSize } from '../folds/sample-folds.ts'

/** All candidates, and the one that was taken. */
export interface ComparedModels {
  readonly candidates: readonly CrossValidated[]
  readonly selected: CrossValidated
  /** Why, as a full sentence. */
  readonly rule: string
}

/**
 * Cross-validates the candidates and takes one. Above 200,000 training rows candidates are compared on a stratified
 * sample of 100,000 of them, in the same folds, until one of them is left or there are no more folds; the one that is taken
 * is then cross-validated on all rows and folds.
 *
 * @param data all accepted rows
 * @param how candidates, folds, seed
 * @param train training rows
 * @returns the candidates in their order
 * @throws ClaimsError what fitting throws; `aborted`
 */
export async function compareModels(
  data: TrainingData,
  how: CrossValidation,
  train: Uint32Array,
): Promise<ComparedModels> {
  if (train.length <= comparedWhole || how.candidates.length === 1) {
    const candidates = await crossValidateCandidates(data, how)
    return { candidates, ...select(candidates, how, how.splits) }
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
  const whole = await crossValidateCandidates(data, {
    ...how,
    candidates: [{ candidate, definition, classifier }],
  })
  const [selected] = whole
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
