import type { Gradients } from './booster-thread.ts'
import type { DataMatrix } from './data-matrix.ts'
import { XGBoostError } from './errors.ts'

/**
 * A loss of your own: its derivatives by the margin.
 *
 * @param predictions the margins, length rows, or rows x outputs
 * @param data the training matrix
 * @returns gradient and Hessian, each as long as `predictions`
 */
export type CustomObjective = (predictions: Float32Array, data: DataMatrix) => Gradients | Promise<Gradients>

/**
 * A metric of your own.
 *
 * @param predictions transformed values, or margins where the objective is one of your own; rows, or rows x outputs
 * @param data the evaluation set
 */
export type CustomMetric = (
  predictions: Float32Array,
  data: DataMatrix,
) => CustomMetricValue | Promise<CustomMetricValue>

/** The name and the value of a {@link CustomMetric}. */
export interface CustomMetricValue {
  readonly name: string
  readonly value: number
}

/** Requires what a custom metric answered to have a name and a number. */
export function requireMetricValue({ name, value }: CustomMetricValue): void {
  if (typeof name !== 'string' || name === '' || typeof value !== 'number')
    throw new XGBoostError(
      'invalid_parameter',
      `customMetric must answer { name, value }, a text and a number; got ${JSON.stringify({ name, value })}`,
    )
}
