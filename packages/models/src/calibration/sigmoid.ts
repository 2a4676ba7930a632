import { logisticFunction } from '../logistic-function.ts'
import { clip, requireCalibrationData, type Calibrator } from './calibrator.ts'

/** Log-odds are taken of probabilities at least this far from 0 and 1. */
const margin = 1e-12
const maximumIterations = 100
/** Last step, of scores in standard deviations; steps shrink quadratically. */
const settled = 1e-8
/** Relative rounding error of a summed loss. */
const rounding = 1e-12

/**
 * Platt scaling on log-odds: `sigmoid(slope * logit(p) + intercept)` of greatest likelihood under Platt's smoothed
 * targets `(positives + 1) / (positives + 2)` and `1 / (negatives + 2)` (Platt 1999; scikit-learn's
 * `_SigmoidCalibration` given log-odds). A slope below 0 would turn the order of the rows around; it becomes 0, and
 * every row gets the same probability.
 *
 * @param probabilities in [0, 1], of rows that the model was not fitted on
 * @param target 0 or 1, same length
 * @throws ClaimsError `length_mismatch`, `invalid_value`, `label_invalid`, `label_single_class`
 */
export function fitSigmoid(probabilities: Float64Array, target: Uint8Array): Calibrator {
  const positives = requireCalibrationData(probabilities, target)
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (target.length - positives + 2)
  const scores = probabilities.map(logit)
  const goals = Float64Array.from(target, (label) => (label === 1 ? high : low))
  const { slope, intercept } = mostLikely(scores, goals)
  if (slope >= 0) return sigmoidCalibrator(slope, intercept)
  const mean = goals.reduce((sum, goal) => sum + goal, 0) / goals.length
  return sigmoidCalibrator(0, logit(mean))
}

/** The calibrator of known coefficients. */
export function sigmoidCalibrator(slope: number, intercept: number): Calibrator {
  return {
    kind: 'sigmoid',
    apply: (probabilities) =>
      probabilities.map((probability) => clip(logisticFunction(slope * logit(probability) + intercept))),
    toState: () => ({ kind: 'sigmoid', slope, intercept }),
  }
}

/** Newton's method with step halving on a convex function of two variables, scores standardised. */
function mostLikely(scores: Float64Array, goals: Float64Array): { slope: number; intercept: number } {
  const n = scores.length
  const center = scores.reduce((sum, score) => sum + score, 0) / n
  const scale = Math.sqrt(scores.reduce((sum, score) => sum + (score - center) ** 2, 0) / n)
  const goal = goals.reduce((sum, value) => sum + value, 0) / n
  let intercept = logit(goal)
  if (!(scale > 0)) return { slope: 0, intercept }
  const z = scores.map((score) => (score - center) / scale)
  let slope = 0
  let loss = lossAt(z, goals, { slope, intercept })
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    let ga = 0,
      gb = 0,
      haa = 0,
      hab = 0,
      hbb = 0
    for (let i = 0; i < n; i++) {
      const p = logisticFunction(slope * z[i]! + intercept)
      const residual = p - goals[i]!
      const curvature = p * (1 - p)
      ga += residual * z[i]!
      gb += residual
      haa += curvature * z[i]! * z[i]!
      hab += curvature * z[i]!
      hbb += curvature
    }
    const determinant = haa * hbb - hab * hab
    if (!(determinant > 0)) break
    const da = -(hbb * ga - hab * gb) / determinant
    const db = -(haa * gb - hab * ga) / determinant
    let length = 1
    let next = lossAt(z, goals, { slope: slope + da, intercept: intercept + db })
    while (next > loss + rounding * loss && length > 1e-9) {
      length /= 2
      next = lossAt(z, goals, { slope: slope + length * da, intercept: intercept + length * db })
    }
    if (length <= 1e-9) break
    slope += length * da
    intercept += length * db
    loss = next
    if (Math.max(Math.abs(da), Math.abs(db)) < settled) break
  }
  return { slope: slope / scale, intercept: intercept - (slope * center) / scale }
}

function lossAt(z: Float64Array, goals: Float64Array, at: { slope: number; intercept: number }): number {
  let loss = 0
  for (let i = 0; i < z.length; i++) {
    const score = at.slope * z[i]! + at.intercept
    loss += Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - goals[i]! * score
  }
  return loss
}

function logit(probability: number): number {
  const kept = probability < margin ? margin : probability > 1 - margin ? 1 - margin : probability
  return Math.log(kept / (1 - kept))
}
