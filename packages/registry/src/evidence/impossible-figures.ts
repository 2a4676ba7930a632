import type { Blueprint, Evaluation, MetricName, TestEvaluation } from '@claims/contracts'

/** What is wrong with a figure, and where. */
export interface ImpossibleFigure {
  readonly field: string
  readonly problem: string
}

const tolerance = 1e-9

/** Metrics that are no share. */
const lowest: Readonly<Partial<Record<MetricName, number>>> = { gini: -1, mcc: -1, kappa: -1 }
const highest: Readonly<Partial<Record<MetricName, number>>> = { log_loss: Infinity }

/**
 * Finds the first figure of an evaluation that nothing could have measured. An evaluation is not signed: who makes one up
 * within these checks is not found.
 *
 * @param evaluation that shall become evidence
 * @param blueprint of the bundle that it is about
 * @returns null where every figure is possible
 */
export function impossibleFigure(evaluation: Evaluation, blueprint: Blueprint): ImpossibleFigure | null {
  const { test, out_of_time: later } = evaluation
  return (
    ofTest('test', test) ??
    (later === null ? null : ofTest('out_of_time', later)) ??
    ofGroups(evaluation, blueprint)
  )
}

function ofTest(place: string, test: TestEvaluation): ImpossibleFigure | null {
  const { rows, positives, confusion } = test
  const { tn, fp, fn, tp } = confusion
  if ([rows, positives, tn, fp, fn, tp].some((count) => count < 0))
    return { field: place, problem: 'has a count below 0' }
  if (positives > rows) return { field: `${place}.positives`, problem: `is more than ${String(rows)} rows` }
  if (tn + fp + fn + tp !== rows)
    return { field: `${place}.confusion`, problem: `does not add up to ${String(rows)} rows` }
  if (fn + tp !== positives)
    return { field: `${place}.confusion`, problem: `does not have ${String(positives)} positives` }
  return ofMetrics(place, test)
}

function ofMetrics(
  place: string,
  { rows, confusion: { tn, fp, fn, tp }, metrics }: TestEvaluation,
): ImpossibleFigure | null {
  const counted: Readonly<Partial<Record<MetricName, readonly [number, number]>>> = {
    ...{ recall: [tp, tp + fn], precision: [tp, tp + fp] },
    ...{ specificity: [tn, tn + fp], accuracy: [tp + tn, rows] },
  }
  for (const name of Object.keys(metrics) as MetricName[]) {
    const { value, lower, upper } = metrics[name]
    const field = `${place}.metrics.${name}`
    const [least, most] = [lowest[name] ?? 0, highest[name] ?? 1]
    if ([value, lower, upper].some((each) => each < least - tolerance || each > most + tolerance))
      return { field, problem: `is not within ${String(least)} to ${String(most)}, or its bounds are not` }
    if (value < lower - tolerance || value > upper + tolerance)
      return { field, problem: 'is not between its bounds' }
    const [part, whole] = counted[name] ?? [0, 0]
    if (whole === 0) continue
    if (Math.abs(value - part / whole) > tolerance)
      return { field, problem: `is ${String(value)}, and its confusion says ${String(part / whole)}` }
  }
  return null
}

function ofGroups({ fairness, test }: Evaluation, blueprint: Blueprint): ImpossibleFigure | null {
  const columns = new Set([...blueprint.columns.map(({ name }) => name), ...blueprint.fairness.columns])
  for (const { column, rows, ...rates } of fairness) {
    if (!columns.has(column))
      return { field: 'fairness', problem: `has groups of "${column}", which the blueprint does not have` }
    const { positive_rate, selection_rate, recall, false_positive_rate } = rates
    const shares = [positive_rate, selection_rate, recall ?? 0, false_positive_rate ?? 0]
    if (rows < 0 || rows > test.rows || shares.some((share) => share < 0 || share > 1))
      return { field: 'fairness', problem: `has an impossible figure for "${column}"` }
  }
  return null
}
