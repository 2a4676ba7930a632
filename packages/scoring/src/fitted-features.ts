import { toMatrix, type Frame, type Matrix } from '@claims/frame'
import type { FittedSteps } from '@claims/preprocessing'

/** Fitted steps and the features that come out of them, in the model's order. */
export interface FittedFeatures {
  readonly steps: FittedSteps
  readonly names: readonly string[]
}

/** The matrix of new rows. @param frame raw columns, any number of rows */
export function transformFeatures(fitted: FittedFeatures, frame: Frame): Matrix {
  return toMatrix(fitted.steps.transform(frame), fitted.names)
}
