import { cumulativeGain } from '../../curves/cumulative-gain.ts'
import { precisionRecallCurve } from '../../curves/precision-recall-curve.ts'
import { rocCurve } from '../../curves/roc-curve.ts'
import { ofHundred, percent, withInterval } from '../format.ts'
import { measuredClaims } from '../measured-claims.ts'
import type { ReportInput } from '../report-input.ts'
import { pictureColors, pictureSize, type Picture } from '../render-picture.ts'
import { position, type Layer } from './position.ts'
import { thinPoints, type Point } from './thin-points.ts'

const { accent, contrast, muted } = pictureColors

/** ROC curve, precision-recall curve and cumulative gain of the test rows, the chosen threshold marked. */
export function curvePictures({ evaluation, test }: ReportInput): Picture[] {
  const { metrics, positives, rows, confusion } = evaluation.test
  const roc = rocCurve(test.target, test.probability)
  const recalls = precisionRecallCurve(test.target, test.probability)
  const gain = cumulativeGain(test.target, test.probability)
  const share = positives / rows
  const flagged = (confusion.tp + confusion.fp) / rows
  const recall = metrics.recall.value
  return [
    {
      id: 'roc',
      title: 'Ranking: ROC curve',
      description: `ROC curve of ${String(rows)} ${measuredClaims(evaluation.measured_on)}; the area is ${withInterval(metrics.roc_auc)}. At the threshold ${percent(recall)} of positives and ${percent(1 - metrics.specificity.value)} of negatives are flagged.`,
      spec: curve({
        points: thinPoints(roc.falsePositiveRate, roc.truePositiveRate),
        x: 'Negatives flagged',
        y: 'Positives flagged',
        chance: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        mark: { x: 1 - metrics.specificity.value, y: recall },
      }),
    },
    {
      id: 'precision-recall',
      title: 'Precision against recall',
      description: `Precision-recall curve; average precision ${withInterval(metrics.average_precision)}, chance ${percent(share)}. At the threshold precision is ${percent(metrics.precision.value)} and recall ${percent(recall)}.`,
      spec: curve({
        points: thinPoints(recalls.recall, recalls.precision),
        x: 'Positives found (recall)',
        y: 'Flagged that are positive',
        chance: [
          { x: 0, y: share },
          { x: 1, y: share },
        ],
        falling: true,
        mark: confusion.tp + confusion.fp === 0 ? null : { x: recall, y: metrics.precision.value },
      }),
    },
    {
      id: 'gain',
      title: 'Positives found, riskiest first',
      description: `Cumulative gain: reviewing the ${ofHundred(flagged)} % of claims that are flagged finds ${ofHundred(recall)} % of the positives.`,
      spec: curve({
        points: thinPoints(gain.reviewed, gain.found),
        x: 'Claims reviewed, riskiest first',
        y: 'Positives found',
        chance: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        mark: { x: flagged, y: recall },
      }),
    },
  ]
}

function curve({
  points,
  x,
  y,
  chance,
  mark,
  falling = false,
}: {
  points: readonly Point[]
  x: string
  y: string
  chance: readonly Point[]
  mark: Point | null
  falling?: boolean
}): Picture['spec'] {
  const axis = (title: string): { title: string; format: string; values: number[] } => ({
    title,
    format: '.0%',
    values: [0, 0.25, 0.5, 0.75, 1],
  })
  const encoding = { x: position('x', [0, 1], axis(x)), y: position('y', [0, 1], axis(y)) }
  const x1 = mark?.x ?? 0
  // Beside the point on the free side: above a falling curve, below a rising one; in that corner where there is no room.
  const label: Layer =
    x1 > 0.66
      ? {
          data: { values: mark === null ? [] : [{ text: '● chosen threshold' }] },
          mark: {
            type: 'text',
            align: 'right',
            baseline: falling ? 'top' : 'bottom',
            x: 'width',
            y: falling ? 0 : 'height',
            dx: -4,
            dy: falling ? 8 : -8,
            fill: contrast,
          },
          encoding: { text: { field: 'text' } },
        }
      : {
          data: { values: mark === null ? [] : [{ ...mark, text: 'chosen threshold' }] },
          mark: { type: 'text', align: 'left', baseline: 'middle', dx: 10, dy: falling ? -10 : 12 },
          encoding: { ...encoding, text: { field: 'text' } },
        }
  return {
    ...pictureSize,
    autosize: { type: 'fit', contains: 'padding' },
    layer: [
      {
        data: { values: [...chance] },
        mark: { type: 'line', stroke: muted, strokeWidth: 1.5, strokeDash: [2, 4] },
        encoding,
      },
      {
        data: { values: [...points] },
        mark: { type: 'line', stroke: accent },
        encoding: { ...encoding, order: { field: 'i' } },
      },
      {
        data: { values: mark === null ? [] : [mark] },
        mark: {
          type: 'point',
          filled: true,
          fill: contrast,
          size: 90,
          opacity: 1,
          stroke: pictureColors.surface,
          strokeWidth: 2,
        },
        encoding,
      },
      label,
    ],
  }
}
