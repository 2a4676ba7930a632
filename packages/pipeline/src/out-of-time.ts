import { ClaimsError, type Blueprint, type TestEvaluation } from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { evaluateProbabilities } from '@claims/evaluation'
import { fitCalibrator, holdOut } from '@claims/models'
import type { CrossValidated } from './cross-validate-candidates.ts'
import { fitCandidate } from './fit-candidate.ts'
import type { TrainingData } from './read-training-data.ts'
import { takeTarget, takeValues } from './take-rows.ts'

/** The out-of-time evaluation, or why there is none. */
export type OutOfTime =
  | { readonly evaluation: TestEvaluation; readonly reason: null }
  | { readonly evaluation: null; readonly reason: string }

/** What the out-of-time evaluation takes over from training. */
export interface OutOfTimeInput {
  readonly blueprint: Blueprint
  readonly selected: CrossValidated
  readonly threshold: number
  readonly seed: number
  readonly threads: number
  readonly signal?: AbortSignal
}

/**
 * Fits the selected candidate anew on the rows before a day and tests it on the rows from that day on.
 *
 * @param data all accepted rows
 * @param input the selected candidate with its out-of-fold predictions, and the threshold
 * @returns metrics on the latest rows, or the reason why they cannot be had
 */
export async function evaluateOutOfTime(data: TrainingData, input: OutOfTimeInput): Promise<OutOfTime> {
  const { blueprint, selected } = input
  if (data.times === undefined) return { evaluation: null, reason: noEventTime(blueprint) }
  if (blueprint.split.kind === 'time')
    return { evaluation: null, reason: 'the test rows are the latest rows already' }
  try {
    const split = holdOut({
      kind: 'time',
      target: data.target,
      times: data.times,
      testShare: blueprint.split.out_of_time_share,
      random: createRandom(input.seed).split('out-of-time'),
    })
    const fitted = await fitCandidate(data, split.train, {
      blueprint,
      candidate: selected.candidate,
      definition: selected.definition,
      seed: input.seed,
      threads: input.threads,
      purpose: 'out-of-time',
      ...(selected.rounds === undefined ? {} : { rounds: selected.rounds }),
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    })
    const raw = fitted.predict(split.test)
    fitted.model.dispose()
    const known = split.train.filter((row) => !Number.isNaN(selected.outOfFold[row]))
    const calibrator = fitCalibrator(
      blueprint.calibration,
      takeValues(selected.outOfFold, known),
      takeTarget(data.target, known),
    )
    const evaluation = evaluateProbabilities({
      target: takeTarget(data.target, split.test),
      probability: calibrator.apply(raw),
      threshold: input.threshold,
      seed: input.seed,
    })
    return {
      evaluation: {
        ...evaluation,
        cutoff: split.cutoff === null ? null : new Date(split.cutoff).toISOString().slice(0, 10),
        note: 'Fitted anew on the rows before the cutoff. The kind of model, its rounds and the threshold were chosen on training rows of the whole period.',
      },
      reason: null,
    }
  } catch (error) {
    if (
      error instanceof ClaimsError &&
      ['too_few_positives', 'too_few_rows', 'label_single_class'].includes(error.code)
    ) {
      return { evaluation: null, reason: error.message }
    }
    throw error
  }
}

function noEventTime({ columns }: Blueprint): string {
  const dates = columns.filter(({ role }) => role === 'date').map(({ name }) => name)
  return dates.length === 0
    ? 'the data has no event time column'
    : `no column is named as the event time; it could be ${dates.join(' or ')}`
}
