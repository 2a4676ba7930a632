import { expect, test } from '@jest/globals'
import type { ReportInput } from '../src/index.ts'
import { candidatePicture } from '../src/report/pictures/candidate-picture.ts'
import { drawn, labelsOf, looks, middle, outside, type Drawn } from './drawn-picture.ts'
import { sampleReport } from './sample-report.ts'

const sample = sampleReport()

/** The sample with as many candidates, of a rising metric. */
function of(count: number): ReportInput {
  const [first] = sample.evaluation.candidates
  const candidates = Array.from({ length: count }, (_, k) => ({
    ...first!,
    name: `candidate ${String(k)}`,
    selected: k === 1,
    cross_validation: {
      ...first!.cross_validation,
      metrics: { roc_auc: { value: 0.8 + k / 50, lower: 0.78 + k / 50, upper: 0.84 + k / 50, folds: [0.8] } },
    },
  }))
  return { ...sample, evaluation: { ...sample.evaluation, candidates } }
}
const draw = async (count: number): Promise<Drawn> => drawn(candidatePicture(of(count))[0]!)

test('is 52 high for each candidate and 50 for the axis, 180 at least', async () => {
  const heights = await Promise.all([1, 2, 3, 6].map(async (count) => (await draw(count)).height))
  expect(heights).toEqual([180, 180, 206, 362])
  expect((await draw(3)).width).toBe(340)
  expect(candidatePicture(of(0))).toEqual([])
})

test('each candidate has its name, and below it its interval with its value on it', async () => {
  const picture = await draw(3)
  expect(outside(picture)).toEqual([])
  const labels = labelsOf(picture, 'x')
  const [[, from], [, to]] = [labels[0]!, labels.at(-1)!]
  const [low, high] = [Number(labels[0]![0]), Number(labels.at(-1)![0])]
  const valueAt = (x: number): number =>
    low + (((x - picture.plot.left) / picture.plot.width - from) / (to - from)) * (high - low)
  const lines = picture.shapes.filter(({ role }) => role === 'layer_1_marks')
  const points = picture.shapes.filter(({ role }) => role === 'layer_2_marks')
  const names = picture.texts.filter(({ role }) => role === 'layer_0_marks')
  expect(names.map(({ text }) => text)).toEqual(['candidate 0', 'candidate 1 (selected)', 'candidate 2'])
  lines.forEach((line, k) => {
    expect(valueAt(line.left)).toBeCloseTo(0.78 + k / 50, 3)
    expect(valueAt(line.right)).toBeCloseTo(0.84 + k / 50, 3)
    const [x, y] = middle(points[k]!)
    expect(valueAt(x)).toBeCloseTo(0.8 + k / 50, 3)
    expect(y).toBe(line.top)
    const band = picture.plot.height / 3
    // The line lies ten below the middle of its band, the name two above it, a letter's descent of three higher.
    expect(line.top - picture.plot.top).toBeCloseTo((k + 0.5) * band + 10, 6)
    expect(names[k]!.y - picture.plot.top).toBeCloseTo((k + 0.5) * band - 2 - 3, 6)
    expect(names[k]!.x).toBe(picture.plot.left)
    const color = k === 1 ? 'var(--accent)' : 'var(--muted)'
    expect([line.stroke, points[k]!.fill]).toEqual([color, color])
  })
  expect(looks(picture)).toEqual([
    'layer_1: line muted 3',
    'layer_1: line accent 3',
    'layer_2: muted line surface 2 of 10.49',
    'layer_2: accent line surface 2 of 10.49',
  ])
})

test('the axis begins near the lowest interval, at a round number', async () => {
  const labels = labelsOf(await draw(3), 'x').map(([text]) => Number(text))
  expect(labels[0]).toBeGreaterThan(0.7)
  expect(labels.every((label) => Math.abs(label * 100 - Math.round(label * 100)) < 1e-9)).toBe(true)
  const axis = labelsOf(await draw(3), 'x')
  expect(axis[0]![1]).toBe(0)
})
