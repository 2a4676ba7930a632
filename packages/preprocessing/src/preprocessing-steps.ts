import type { StepDefinition } from './step.ts'
import { clipQuantiles } from './steps/clip-quantiles.ts'
import { drop } from './steps/drop.ts'
import { imputeCategory } from './steps/impute-category.ts'
import { impute } from './steps/impute.ts'
import { oneHot } from './steps/one-hot.ts'
import { ordinal } from './steps/ordinal.ts'
import { rareLevels } from './steps/rare-levels.ts'
import { standardize } from './steps/standardize.ts'
import { targetEncode } from './steps/target-encode.ts'
import { tfIdf } from './steps/tf-idf.ts'

/** The kinds of step that clean and encode columns. */
export const preprocessingSteps: readonly StepDefinition[] = Object.freeze([
  impute,
  imputeCategory,
  rareLevels,
  oneHot,
  ordinal,
  targetEncode,
  standardize,
  clipQuantiles,
  drop,
  tfIdf,
])
