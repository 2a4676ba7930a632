import type { MetricName } from '@claims/contracts'
import { metricTable } from '../../metrics/metric-table.ts'
import { withInterval } from '../format.ts'
import type { ReportInput } from '../report-input.ts'
import { pictureColors, pictureSize, type Picture } from '../render-picture.ts'
import { candidateLabel } from '../candidate-label.ts'
import { rounded } from './thin-points.ts'

const { accent, muted, surface } = pictureColors

/** Candidates beside each other on the selection metric, with their intervals; none without a measured candidate. */
export function candidatePicture({ evaluation, blueprint }: ReportInput): Picture[] {
  const metric: MetricName = blueprint.selection.metric
  const values = evaluation.candidates.flatMap((candidate) => {
    const measured = candidate.cross_validation.metrics[metric]
    if (measured === undefined) return []
    return [
      {
        key: candidate.name,
        label: candidateLabel(candidate),
        value: rounded(measured.value),
        lower: rounded(measured.lower),
        upper: rounded(measured.upper),
        text: withInterval(measured),
        selected: candidate.selected,
      },
    ]
  })
  if (values.length === 0) return []
  const y = {
    field: 'key',
    type: 'nominal',
    sort: values.map((v) => v.key),
    axis: null,
    scale: { paddingInner: 0, paddingOuter: 0 },
  } as const
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: false, nice: true },
    axis: { title: `${metricTable[metric].title}, cross-validated`, grid: true, format: '~f' },
  } as const
  const color = { condition: { test: 'datum.selected', value: accent }, value: muted }
  return [
    {
      id: 'candidates',
      title: 'Candidates compared',
      description: values.map((v) => `${v.label}: ${v.text}`).join('; '),
      spec: {
        width: pictureSize.width,
        height: Math.max(180, values.length * 52 + 50),
        autosize: { type: 'fit', contains: 'padding' },
        data: { values },
        layer: [
          {
            mark: { type: 'text', align: 'left', baseline: 'bottom', x: 0, dy: -2 },
            encoding: { y, text: { field: 'label' } },
          },
          {
            mark: { type: 'rule', strokeWidth: 3, strokeCap: 'round', yOffset: 10 },
            encoding: { y, x: { ...x, field: 'lower' }, x2: { field: 'upper' }, color },
          },
          {
            mark: {
              type: 'point',
              filled: true,
              opacity: 1,
              size: 110,
              stroke: surface,
              strokeWidth: 2,
              yOffset: 10,
            },
            encoding: { y, x, fill: color },
          },
        ],
      },
    },
  ]
}
