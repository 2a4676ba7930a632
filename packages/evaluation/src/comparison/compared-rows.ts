import { ClaimsError, type Costs } from '@claims/contracts'
import { confusion, type Confusion } from '../metrics/confusion.ts'
import { requireBothClasses, sortScores, type SortedScores } from '../sorted-scores.ts'
import { samplingUnits, type SamplingUnits } from '../intervals/sampling-units.ts'

/** One of two models, by what it says of the rows. */
export interface ComparedModel {
  /** For people, such as `claims@2`. */
  readonly name: string
  /** Calibrated probability of the positive class, length n. */
  readonly probability: Float64Array
  /** Its own: a row at or above it is flagged. */
  readonly threshold: number
  /** Of its policy; null or absent where nobody gave them. */
  readonly costs?: Costs | null | undefined
}

/** Two models on the same rows. */
export interface CompareModelsInput {
  /** 0 or 1, length n. */
  readonly target: Uint8Array
  readonly a: ComparedModel
  readonly b: ComparedModel
  /** Group of each row, negative for one that stands alone: whole groups are drawn. */
  readonly groups?: Int32Array | undefined
  /** Of the bootstrap. */
  readonly seed: number
  /** Confidence of the intervals; 0.95 where absent. */
  readonly level?: number | undefined
  /** See `defaultResamples`. */
  readonly resamples?: number | undefined
}

/** A model's scores, sorted and counted. */
export interface JudgedModel {
  readonly probability: Float64Array
  readonly threshold: number
  readonly sorted: SortedScores
  readonly counts: Confusion
}

/** The rows as every part of a comparison reads them. */
export interface ComparedRows {
  readonly target: Uint8Array
  readonly units: SamplingUnits
  readonly grouped: boolean
  readonly level: number
  readonly a: JudgedModel
  readonly b: JudgedModel
  /** Every probability is the same. */
  readonly sameScores: boolean
  /** The same rows are flagged. */
  readonly sameDecisions: boolean
}

/**
 * Sorts and counts what two models say of the same rows.
 *
 * @throws ClaimsError `length_mismatch`, `empty_data`, `invalid_value`, `label_single_class`
 */
export function comparedRows({ target, a, b, groups, level = 0.95 }: CompareModelsInput): ComparedRows {
  const judged = ({ probability, threshold }: ComparedModel): JudgedModel => {
    const sorted = sortScores(target, probability)
    requireBothClasses(sorted)
    return { probability, threshold, sorted, counts: confusion(target, probability, threshold) }
  }
  if (groups !== undefined && groups.length !== target.length) {
    throw new ClaimsError(
      'length_mismatch',
      `There are ${String(target.length)} labels and ${String(groups.length)} groups`,
    )
  }
  const units = samplingUnits(target.length, groups)
  const [ofA, ofB] = [judged(a), judged(b)]
  const { probability: first } = ofA
  const { probability: second } = ofB
  return {
    ...{ target, units, level, grouped: units.count < target.length, a: ofA, b: ofB },
    sameScores: first.every((p, row) => p === second[row]),
    sameDecisions: first.every((p, row) => p >= ofA.threshold === second[row]! >= ofB.threshold),
  }
}
