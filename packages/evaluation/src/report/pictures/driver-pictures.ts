import type { Dependence } from '../../explanations/dependence.ts'
import { readableName } from '@claims/contracts'
import { count, percent } from '../format.ts'
import type { ReportInput } from '../report-input.ts'
import { pictureColors, pictureSize, type Picture } from '../render-picture.ts'
import { rounded } from './thin-points.ts'

const { accent, band, contrast, grid, ink, muted, surface } = pictureColors

/** Importance of the leading columns, and how the score depends on each of the first six. */
export function driverPictures({
  evaluation,
  blueprint,
  dependence,
  contributionScale,
}: ReportInput): Picture[] {
  const scale = contributionScale === 'probability' ? 'probability' : 'log-odds'
  const importance = evaluation.explanations.global.filter(({ share }) => share > 0).slice(0, 12)
  const units = new Map(blueprint.columns.map((column) => [column.name, column.unit]))
  return [
    ...(importance.length === 0 ? [] : [importancePicture(importance)]),
    ...dependence.slice(0, 6).flatMap((item, i) => {
      const id = `dependence-${String(i + 1)}`
      if (item.kind === 'words') return [wordsPicture(item, { id, scale })]
      if (item.kind === 'category')
        return item.levels.length === 0 ? [] : [levelsPicture(item, { id, scale })]
      return item.bins.length === 0 ? [] : [binsPicture(item, { id, scale, unit: units.get(item.feature) })]
    }),
  ]
}

/** Which picture, and what contributions sum to. */
interface DriverPicture {
  readonly id: string
  readonly scale: string
}

function importancePicture(importance: ReportInput['evaluation']['explanations']['global']): Picture {
  const values = importance.map(({ feature, share }) => ({
    label: cut(readableName(feature)),
    key: feature,
    value: rounded(share),
    text: percent(share, 0),
  }))
  return {
    id: 'importance',
    title: 'What drives the score',
    description: `Share of the mean absolute contribution by column: ${values.map((v) => `${v.key} ${v.text}`).join(', ')}.`,
    spec: bars(values, { color: accent, domain: [0, Math.max(...values.map((v) => v.value)) * 1.15] }),
  }
}

function levelsPicture(
  item: Extract<Dependence, { kind: 'category' }>,
  { id, scale }: DriverPicture,
): Picture {
  const values = [...item.levels]
    .sort((a, b) => b.mean - a.mean || (a.level < b.level ? -1 : 1))
    .map(({ level, mean, rows }) => ({
      label: `${cut(level)} (${count(rows)})`,
      key: level,
      value: rounded(mean),
      text: signed(mean),
    }))
  const reach = Math.max(1e-6, ...values.map((v) => Math.abs(v.value))) * 1.25
  return {
    id,
    title: readableName(item.feature),
    description: `Mean effect on the ${scale} by level of ${item.feature}: ${values.map((v) => `${v.key} ${v.text}`).join(', ')}.`,
    spec: bars(values, { color: null, domain: [-reach, reach] }),
  }
}

/** Words from the one that raises the score most to the one that lowers it most, with the rows that hold them. */
function wordsPicture(item: Extract<Dependence, { kind: 'words' }>, { id, scale }: DriverPicture): Picture {
  const levels = item.words.map(({ word, ...group }) => ({ level: word, ...group }))
  const picture = levelsPicture({ kind: 'category', feature: item.feature, levels }, { id, scale })
  return {
    ...picture,
    title: `${readableName(item.feature)}: its words`,
    description: `Mean effect on the ${scale} of claims whose ${item.feature} holds the word: ${levels.map(({ level, mean }) => `${level} ${signed(mean)}`).join(', ')}.`,
  }
}

interface Bar {
  readonly label: string
  readonly key: string
  readonly value: number
  readonly text: string
}

/** Horizontal bars with their label above, which leaves long names room on a phone. */
function bars(
  values: readonly Bar[],
  { color, domain }: { color: string | null; domain: readonly [number, number] },
): Picture['spec'] {
  // Names of columns and levels are texts to show, never keys: the library looks keys up in plain objects.
  const keyed = values.map(({ label, value, text }, i) => ({ key: `bar ${String(i)}`, label, value, text }))
  const keys = keyed.map((v) => v.key)
  const y = {
    field: 'key',
    type: 'nominal',
    sort: keys,
    axis: null,
    scale: { paddingInner: 0, paddingOuter: 0 },
  } as const
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [...domain], nice: false },
    axis: null,
  } as const
  const diverging = domain[0] < 0
  return {
    // Everything lies inside, so the layout must not follow the library's generous guess of how wide text is.
    width: pictureSize.width - 8,
    height: Math.max(pictureSize.height - 8, values.length * 34),
    autosize: { type: 'none' },
    padding: 4,
    data: { values: keyed },
    layer: [
      ...(diverging
        ? [
            {
              data: { values: [{}] },
              mark: { type: 'rule' as const, stroke: grid },
              encoding: { x: { datum: 0, ...axisless(domain) } },
            },
          ]
        : []),
      {
        mark: { type: 'bar', height: 10, yOffset: 8, cornerRadiusEnd: 3 },
        encoding: {
          y,
          x,
          color:
            color === null
              ? { condition: { test: 'datum.value > 0', value: contrast }, value: accent }
              : { value: color },
        },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'bottom', dy: 0, x: 0 },
        encoding: { y, text: { field: 'label' } },
      },
      {
        mark: { type: 'text', align: 'right', baseline: 'bottom', dy: 0, x: 'width', fill: muted },
        encoding: { y, text: { field: 'text' } },
      },
    ],
  } as Picture['spec']
}

function axisless(domain: readonly [number, number]): object {
  return { type: 'quantitative', scale: { domain: [...domain], nice: false }, axis: null }
}

function binsPicture(
  item: Extract<Dependence, { kind: 'number' | 'time' }>,
  { id, scale, unit }: DriverPicture & { readonly unit: string | undefined },
): Picture {
  const values = item.bins.map((bin) => ({
    x: item.kind === 'time' ? bin.middle : rounded(bin.middle),
    y: rounded(bin.mean),
    low: rounded(bin.low),
    high: rounded(bin.high),
  }))
  const first = item.bins[0]!
  const last = item.bins.at(-1)!
  const whole = item.bins.every(({ lower, upper }) => Number.isInteger(lower) && Number.isInteger(upper))
  const x = {
    field: 'x',
    type: item.kind === 'time' ? 'temporal' : 'quantitative',
    scale: { zero: false, nice: false, ...(item.kind === 'time' ? { type: 'utc' } : {}) },
    axis: {
      title: `${readableName(item.feature)}${unit === undefined || unit === '' ? '' : ` (${unit})`}`,
      ...(item.kind === 'time'
        ? { format: timeFormat(last.upper - first.lower), tickCount: 4, labelOverlap: true }
        : {
            format: Math.max(Math.abs(first.lower), Math.abs(last.upper)) >= 10_000 ? '~s' : '~f',
            labelOverlap: true,
            ...(whole ? { tickMinStep: 1 } : {}),
          }),
    },
  }
  const y = {
    field: 'y',
    type: 'quantitative',
    axis: {
      title: `Effect on the ${scale}`,
      format: '+~f',
      labelExpr: "datum.value === 0 ? '0' : datum.label",
    },
  }
  const point = item.bins.length <= 20
  return {
    id,
    title: readableName(item.feature),
    description: `Mean effect of ${item.feature} on the ${scale} over ${String(item.bins.length)} groups of its value: ${signed(first.mean)} at the lowest values, ${signed(last.mean)} at the highest. The band holds 80 % of the claims.${item.missing === null ? '' : ` Where it is missing: ${signed(item.missing.mean)}.`}`,
    spec: {
      ...pictureSize,
      autosize: { type: 'fit', contains: 'padding' },
      layer: [
        {
          data: { values },
          mark: { type: 'area', fill: band, opacity: 1 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        {
          data: { values: [{ y: 0 }] },
          mark: { type: 'rule', stroke: muted, strokeWidth: 1.5, strokeDash: [2, 4] },
          encoding: { y },
        },
        { data: { values }, mark: { type: 'line', stroke: accent }, encoding: { x, y } },
        ...(point
          ? [
              {
                data: { values },
                mark: {
                  type: 'point',
                  filled: true,
                  fill: accent,
                  opacity: 1,
                  size: 40,
                  stroke: surface,
                  strokeWidth: 1.5,
                },
                encoding: { x, y },
              },
            ]
          : []),
        ...(item.missing === null
          ? []
          : [
              {
                data: { values: [{ y: rounded(item.missing.mean), text: 'where missing' }] },
                mark: { type: 'text', align: 'right', baseline: 'bottom', x: 'width', dy: -2, fill: ink },
                encoding: { y, text: { field: 'text' } },
              },
              {
                data: { values: [{ y: rounded(item.missing.mean) }] },
                mark: { type: 'rule', stroke: contrast, strokeWidth: 1.5 },
                encoding: { y },
              },
            ]),
      ],
    } as Picture['spec'],
  }
}

/** Short enough to read, long enough that ticks of this distance differ. @param span milliseconds */
function timeFormat(span: number): string {
  const days = span / 86_400_000
  if (days > 4 * 366) return '%Y'
  if (days > 150) return '%b %Y'
  return days > 5 ? '%d %b %Y' : '%d %b %H:%M'
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2)
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`
}

function cut(text: string): string {
  return text.length > 34 ? `${text.slice(0, 33)}…` : text
}
