import type { CostEvaluation, Costs } from '@claims/contracts'
import { quantileOfSorted } from '@claims/frame'
import { calibrationCurve } from '../../curves/calibration-curve.ts'
import { costCurve } from '../../curves/cost-curve.ts'
import { tradeOffCurve } from '../../curves/trade-off-curve.ts'
import { costOfConfusion } from '../../decisions/cost-of-confusion.ts'
import { reviewShare } from '../../decisions/review-share.ts'
import { count, money, percent, withInterval } from '../format.ts'
import { measuredClaims } from '../measured-claims.ts'
import type { ReportInput } from '../report-input.ts'
import { pictureColors, pictureSize, type Picture } from '../render-picture.ts'
import { position, type Layer } from './position.ts'
import { rounded, thinPoints } from './thin-points.ts'

const { accent, contrast, ink, muted, surface } = pictureColors

/** Calibration, score distribution by class, and cost or trade-off against threshold, of the measured rows. */
export function scorePictures(input: ReportInput): Picture[] {
  return [calibrationPicture(input), distributionPicture(input), thresholdPicture(input)]
}

function calibrationPicture({ evaluation, test }: ReportInput): Picture {
  const bins = calibrationCurve(test.target, test.probability, {
    strategy: 'quantile',
    bins: test.target.length >= 500 ? 10 : 5,
  }).map((bin) => ({
    x: rounded(bin.meanProbability),
    y: rounded(bin.positiveRate),
    lower: rounded(bin.lower),
    upper: rounded(bin.upper),
  }))
  const top = Math.min(1, Math.max(0.01, ...bins.map((bin) => Math.max(bin.x, bin.upper))) * 1.05)
  const x = position('x', [0, top], { title: 'Stated probability', format: percentFormat })
  const y = position('y', [0, top], { title: 'Share that was positive', format: percentFormat })
  return {
    id: 'calibration',
    title: 'Stated and seen probability',
    description: `Calibration of the ${measuredClaims(evaluation.measured_on)} in ${String(bins.length)} groups; the calibration error is ${withInterval(evaluation.test.metrics.expected_calibration_error)}. Points on the dotted line are right; bars are 95 % intervals.`,
    spec: {
      ...pictureSize,
      autosize: { type: 'fit', contains: 'padding' },
      layer: [
        {
          data: {
            values: [
              { x: 0, y: 0 },
              { x: top, y: top },
            ],
          },
          mark: { type: 'line', stroke: muted, strokeWidth: 1.5, strokeDash: [2, 4] },
          encoding: { x, y },
        },
        {
          data: { values: bins },
          mark: { type: 'rule', stroke: accent, strokeWidth: 1.5 },
          encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
        },
        { data: { values: bins }, mark: { type: 'line', stroke: accent }, encoding: { x, y } },
        {
          data: { values: bins },
          mark: {
            type: 'point',
            filled: true,
            fill: accent,
            opacity: 1,
            size: 70,
            stroke: surface,
            strokeWidth: 2,
          },
          encoding: { x, y },
        },
      ],
    },
  }
}

const histogramBins = 25

function distributionPicture({ evaluation, test }: ReportInput): Picture {
  const top = upperEdge(test.probability, evaluation.threshold.value)
  const counts = [new Float64Array(histogramBins), new Float64Array(histogramBins)]
  test.probability.forEach((p, i) => {
    const bin = Math.min(histogramBins - 1, Math.floor((p / top) * histogramBins))
    const ofClass = counts[test.target[i]!]!
    ofClass[bin] = ofClass[bin]! + 1
  })
  const names = [`not ${evaluation.positive}`, evaluation.positive]
  const totals = [evaluation.test.rows - evaluation.test.positives, evaluation.test.positives]
  const values = counts.flatMap((ofClass, c) =>
    [...ofClass, 0].map((n, b) => ({
      class: names[c]!,
      x: rounded((b * top) / histogramBins),
      y: rounded((b === histogramBins ? ofClass[b - 1]! : n) / Math.max(1, totals[c]!)),
    })),
  )
  const { value } = evaluation.threshold
  return {
    id: 'scores',
    title: 'Scores by outcome',
    description: `Distribution of scores of ${count(totals[1]!)} positive and ${count(totals[0]!)} other ${measuredClaims(evaluation.measured_on)}; the further apart the two, the better; scores beyond the axis are in its last bar. The line marks the threshold ${String(rounded(value))}.`,
    spec: {
      ...pictureSize,
      autosize: { type: 'fit', contains: 'padding' },
      layer: [
        {
          data: { values },
          mark: { type: 'area', interpolate: 'step-after', line: { strokeWidth: 2 }, fillOpacity: 0.22 },
          encoding: {
            x: position('x', [0, top], { title: 'Score', format: percentFormat }),
            y: {
              ...position('y', [0, 1.15 * Math.max(...values.map((v) => v.y))], {
                title: 'Share of its class',
                format: percentFormat,
              }),
              stack: null,
            },
            color: {
              field: 'class',
              type: 'nominal',
              scale: { domain: names, range: [accent, contrast] },
              legend: { symbolType: 'square' },
            },
          },
        },
        ...thresholdMark(Math.min(value, top), top),
      ],
    },
  }
}

/** Cost against threshold; what is found against what is reviewed where there are no costs. */
function thresholdPicture(input: ReportInput): Picture {
  const { cost } = input.evaluation
  const { costs } = input.blueprint
  return cost === null || costs === null ? tradeOffPicture(input) : costPicture(input, { cost, costs })
}

function costPicture(
  { evaluation, test }: ReportInput,
  { cost, costs }: { cost: CostEvaluation; costs: Costs },
): Picture {
  const curve = costCurve(test.target, test.probability, costs)
  const rows = Math.max(1, test.target.length)
  const { positives } = evaluation.test
  const { currency } = costs
  const perClaim = curve.total.map((total) => total / rows)
  const top = upperEdge(test.probability, evaluation.threshold.value)
  const points = thinPoints([...curve.threshold, 0], [...perClaim, perClaim.at(-1) ?? 0]).filter(
    (point) => point.x <= top,
  )
  const baselines = [
    {
      text: 'review every claim',
      y: costOfConfusion({ tn: 0, fp: rows - positives, fn: 0, tp: positives }, costs).total / rows,
    },
    {
      text: 'approve every claim',
      y: costOfConfusion({ tn: rows - positives, fp: 0, fn: positives, tp: 0 }, costs).total / rows,
    },
  ].map((line) => ({ ...line, y: rounded(line.y), x: top }))
  const highest = Math.max(...baselines.map((line) => line.y), ...points.map((point) => point.y))
  const [first, second] = baselines.map((line) => line.y)
  const close = Math.abs(first! - second!) < 0.1 * highest
  const labels = close
    ? [{ text: 'review or approve every claim', x: top, y: Math.max(first!, second!) }]
    : baselines
  const x = position('x', [0, top], { title: 'Threshold', format: percentFormat })
  const y = position('y', [0, highest * 1.25], {
    title: currency === null ? 'Cost per claim' : `Cost per claim (${currency})`,
    format: ',~f',
  })
  return {
    id: 'cost',
    title: 'What each threshold costs',
    description: `Cost per claim against the threshold, of the ${measuredClaims(evaluation.measured_on)}. At the chosen ${String(rounded(evaluation.threshold.value))} a claim costs ${money(cost.per_claim, currency)}; reviewing every claim costs ${money(baselines[0]!.y, currency)}, approving every claim ${money(baselines[1]!.y, currency)}.`,
    spec: {
      ...pictureSize,
      autosize: { type: 'fit', contains: 'padding' },
      layer: [
        {
          data: { values: baselines },
          mark: { type: 'rule', stroke: muted, strokeWidth: 1.5, strokeDash: [2, 4] },
          encoding: { y },
        },
        {
          data: { values: labels },
          mark: { type: 'text', align: 'right', baseline: 'bottom', dy: -3, fill: muted },
          encoding: { x, y, text: { field: 'text' } },
        },
        {
          data: { values: points },
          mark: { type: 'line', stroke: accent },
          encoding: { x, y, order: { field: 'i' } },
        },
        ...thresholdMark(Math.min(evaluation.threshold.value, top), top),
      ],
    },
  }
}

const tradeOffLines = ['recall', 'precision', 'review share'] as const

function tradeOffPicture({ evaluation, test }: ReportInput): Picture {
  const curve = tradeOffCurve(test.target, test.probability)
  const { metrics, confusion } = evaluation.test
  const top = upperEdge(test.probability, evaluation.threshold.value)
  const shares = [curve.recall, curve.precision, curve.reviewed]
  const values = tradeOffLines.flatMap((line, k) =>
    thinPoints([...curve.threshold, 0], [...shares[k]!, shares[k]!.at(-1)!])
      .filter((point) => point.x <= top)
      .map((point) => ({ ...point, line })),
  )
  return {
    id: 'trade-off',
    title: 'What each threshold gives',
    description: `Positives found, precision and review share against the threshold. At the chosen ${String(rounded(evaluation.threshold.value))} ${percent(metrics.recall.value)} of the positives are found, ${percent(metrics.precision.value)} of the flagged are positive, and ${percent(reviewShare(confusion))} of the claims go to review.`,
    spec: {
      ...pictureSize,
      autosize: { type: 'fit', contains: 'padding' },
      layer: [
        {
          data: { values },
          mark: { type: 'line' },
          encoding: {
            x: position('x', [0, top], { title: 'Threshold', format: percentFormat }),
            y: position('y', [0, 1], {
              title: 'Share',
              format: '.0%',
              values: [0, 0.25, 0.5, 0.75, 1],
            }),
            order: { field: 'i' },
            color: {
              field: 'line',
              type: 'nominal',
              scale: { domain: [...tradeOffLines], range: [accent, contrast, muted] },
              // The library takes letters for wider than they are, which keeps the three names apart, and on the picture.
              legend: { symbolType: 'stroke', columnPadding: 0 },
            },
          },
        },
        ...thresholdMark(Math.min(evaluation.threshold.value, top), top),
      ],
    },
  }
}

/** The end of an axis of scores: the first round one beyond 99.5 % of the scores and the threshold. */
function upperEdge(probability: Float64Array, threshold: number): number {
  const reach = Math.max(quantileOfSorted(Float64Array.from(probability).sort(), 0.995), threshold * 1.1)
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].find((edge) => edge >= reach) ?? 1
}

/** Without a stated precision the axis takes as many digits as its ticks need to differ. */
const percentFormat = '~%'

function thresholdMark(value: number, top: number): Layer[] {
  const left = value <= 0.6 * top
  const x = { field: 'x', type: 'quantitative' } as const
  const data = { values: [{ x: rounded(value), text: `threshold ${percent(value)}` }] }
  return [
    { data, mark: { type: 'rule', stroke: ink, strokeWidth: 1.5 }, encoding: { x } },
    {
      data,
      mark: {
        type: 'text',
        align: left ? 'left' : 'right',
        baseline: 'top',
        dx: left ? 6 : -6,
        y: 2,
        fill: ink,
      },
      encoding: { x, text: { field: 'text' } },
    },
  ]
}
