import type { Gradients } from './booster-thread.ts'
import type { DataMatrix } from './data-matrix.ts'
import { described, XGBoostError } from './errors.ts'
import { isWhole } from './evaluation-sets.ts'

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

/** Requires functions where functions are, and sets for a metric of one's own. */
export function requireFunctions(
  { obj, customMetric }: { readonly obj?: unknown; readonly customMetric?: unknown },
  sets: number,
): void {
  for (const [name, given] of Object.entries({ obj, customMetric }))
    if (given !== undefined && typeof given !== 'function')
      throw new XGBoostError('invalid_parameter', `${name} must be a function; got ${described(given)}`)
  if (customMetric !== undefined && sets === 0)
    throw new XGBoostError('invalid_parameter', 'customMetric needs at least one set in evals')
}

/**
 * Requires what a custom metric answered to be a name and a number.
 *
 * @param found what was answered
 * @param others the library's metrics of the same set, whose names it must not have
 * @param earlier the name that it had before, which it must keep
 */
export function requireMetricValue(
  found: unknown,
  others: Readonly<Record<string, number>>,
  earlier: string | undefined,
): CustomMetricValue {
  const [name, value] = [memberOf(found, 'name'), memberOf(found, 'value')]
  if (typeof name !== 'string' || name === '' || typeof value !== 'number')
    throw new XGBoostError(
      'invalid_parameter',
      `customMetric must answer { name, value }, a text and a number; got ${described(found)}`,
    )
  if (isWhole(name))
    throw new XGBoostError(
      'invalid_parameter',
      `customMetric must not be named by a whole number; got ${name}`,
    )
  if (Object.hasOwn(others, name))
    throw new XGBoostError(
      'invalid_parameter',
      `customMetric has the name ${described(name)} of a metric of the library that is evaluated too`,
    )
  if (earlier !== undefined && earlier !== name)
    throw new XGBoostError(
      'invalid_parameter',
      `customMetric must keep its name; it was ${described(earlier)} and is ${described(name)}`,
    )
  return { name, value }
}

/**
 * Requires gradients of `rows` x `outputs` in the form of {@link Gradients}.
 *
 * @param found what was given
 * @param rows rows of the training matrix
 * @param outputs margins of a row
 * @param whose what gave them, for the message
 */
export function requireGradients(
  found: unknown,
  { rows, outputs, whose }: { readonly rows: number; readonly outputs: number; readonly whose: string },
): Gradients {
  const [gradient, hessian] = [memberOf(found, 'gradient'), memberOf(found, 'hessian')]
  if (gradient === undefined || hessian === undefined)
    throw new XGBoostError(
      'invalid_data',
      `${whose} { gradient, hessian }, two Float32Arrays; got ${described(found)}`,
    )
  return {
    gradient: requireDerivatives('gradient', gradient, { rows, outputs }),
    hessian: requireDerivatives('hessian', hessian, { rows, outputs }),
  }
}

const requireDerivatives = (
  name: string,
  values: unknown,
  { rows, outputs }: { readonly rows: number; readonly outputs: number },
): Float32Array => {
  if (!isFloats(values))
    throw new XGBoostError('invalid_data', `${name} must be a Float32Array; got ${described(values)}`)
  if (values.length !== rows * outputs)
    throw new XGBoostError(
      'invalid_shape',
      `${name} must hold ${rows} rows x ${outputs} outputs = ${rows * outputs} numbers; got ${values.length}`,
    )
  for (let at = 0; at < values.length; at += 1)
    if (!Number.isFinite(values[at]))
      throw new XGBoostError('invalid_data', `${name}[${at}] must be finite; got ${values[at]}`)
  return values
}

/** Also an array of another realm, where `instanceof` fails. */
const isFloats = (values: unknown): values is Float32Array =>
  Object.prototype.toString.call(values) === '[object Float32Array]' && ArrayBuffer.isView(values)

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
