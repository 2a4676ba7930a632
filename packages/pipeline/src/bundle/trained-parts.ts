import type { LeakageFinding } from '@claims/contracts'
import type { FittedPipeline } from '@claims/scoring'
import type { ExternalTest } from './assemble-evaluation.ts'
import type { CrossValidated } from '../folds/cross-validate-candidates.ts'
import type { EvaluatedRows } from '../evaluation/evaluate-rows.ts'
import type { FittedCandidate } from '../folds/fit-candidate.ts'
import type { OutOfTime } from '../evaluation/out-of-time.ts'
import type { TrainingData } from '../data/read-training-data.ts'
import type { ChosenModel } from '../selection/select-model.ts'
import type { DataSplit } from '../folds/split-data.ts'
import type { TrainingRows } from './training-rows.ts'
import type { TrainOptions } from '../train-options.ts'

/** What a bundle remembers of the rows that were fitted on, and which test rows equal one of them. */
export interface RememberedTraining {
  readonly rows: TrainingRows
  /** 1 where it does, one per test row. */
  readonly testKnown: Uint8Array
}

/** Everything that a training came to. */
export interface TrainedParts {
  readonly options: TrainOptions
  readonly createdAt: Date
  readonly data: TrainingData
  readonly split: DataSplit
  readonly candidates: readonly CrossValidated[]
  readonly chosen: ChosenModel
  readonly fitted: FittedCandidate
  /** The fitted candidate with its calibrator. */
  readonly pipeline: FittedPipeline
  readonly evaluated: EvaluatedRows
  readonly outOfTime: OutOfTime
  readonly external: ExternalTest | null
  readonly bestAuc: number | null
  /** Hashed on another thread where there are many. */
  readonly trainingRows: Promise<RememberedTraining>
  readonly leakage: readonly LeakageFinding[]
  readonly seconds: () => Record<string, number>
}
