import {
  evaluateCost,
  evaluateProbabilities,
  meanInterval,
  type EvaluateProbabilitiesInput,
} from '../src/index.ts'

const rows = 30
/** Scores with ties, a few of them at the threshold, and labels that follow them loosely. */
const probability = Float64Array.from({ length: rows }, (_, i) => (((i * 37) % 19) + 0.5) / 20)
const target = Uint8Array.from(probability, (p, i) => (p + ((i * 29) % 23) / 30 > 0.95 ? 1 : 0))
/** Groups of one to four rows, two rows alone. */
const groups = Int32Array.from({ length: rows }, (_, i) => (i % 15 === 7 ? -1 : (i * i) % 11))
const set = { target, probability, threshold: 0.525, seed: 5, resamples: 60 }

const evaluations: Readonly<Record<string, EvaluateProbabilitiesInput>> = {
  'rows alone': set,
  'classes vary': { ...set, classesFixed: false },
  'rows in groups': { ...set, groups },
  'the split kept the share of positives': { ...set, shareKeptOf: 150 },
  'it kept that of groups': { ...set, groups, shareKeptOf: 150 },
  'eight of ten': { ...set, groups, level: 0.8 },
  'a weak ranking': {
    ...{ threshold: 0.4, seed: 1, resamples: 60 },
    target: Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0),
    probability: Float64Array.of(0.4, 0.3, 0.2, 0.5, 0.3, 0.6, 0.4, 0.1, 0.4, 0.4, 0.3, 0.4, 0.3),
  },
  'a strong ranking': {
    ...{ threshold: 0.5, seed: 1, resamples: 60 },
    target: Uint8Array.of(1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0),
    probability: Float64Array.of(
      ...[0.8, 0.8, 0.6, 0.8, 0.7, 0.4, 0.6, 0.1, 0.8, 0.5, 0.2, 0.4, 0.9, 0.4, 0.4, 0.7, 0.1],
    ),
  },
}
const costs = { currency: 'USD', false_negative: 40, false_positive: 5, manual_review: 3 }

/** Bounds by set and figure: what is computed of the same rows with the same seed. */
export function fixedFigures(): Record<string, Record<string, readonly [lower: number, upper: number]>> {
  const found: ReturnType<typeof fixedFigures> = {}
  for (const [name, input] of Object.entries(evaluations))
    found[name] = Object.fromEntries(
      Object.entries(evaluateProbabilities(input).metrics).map(([metric, { lower, upper }]) => [
        metric,
        [lower, upper],
      ]),
    )
  for (const [name, of] of [
    ['claims alone', undefined],
    ['claims in groups', groups],
  ] as const)
    for (const falseNegative of [40, 4]) {
      const own = { ...costs, false_negative: falseNegative }
      const { intervals } = evaluateCost({
        target,
        probability,
        threshold: 0.525,
        costs: own,
        seed: 5,
        groups: of,
      })
      const { per_claim: perClaim, saved, saving_share: share } = intervals!
      found[`${name}, a miss costs ${String(falseNegative)}`] = {
        per_claim: [perClaim.lower, perClaim.upper],
        saved: [saved.lower, saved.upper],
        saving_share: [share, share],
      }
    }
  const values = probability.map((p) => p ** 3)
  found['a mean'] = Object.fromEntries(
    [undefined, groups].map((of, i) => {
      const { lower, upper } = meanInterval(values, { groups: of, seed: 5, resamples: 60 })
      return [i === 0 ? 'alone' : 'in groups', [lower, upper]]
    }),
  )
  return found
}
