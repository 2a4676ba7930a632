import { describe, expect, test } from '@jest/globals'
import { curvePictures } from '../src/report/pictures/curve-pictures.ts'
import { thinPoints } from '../src/report/pictures/thin-points.ts'
import type { ReportInput } from '../src/index.ts'
import {
  drawn,
  labelsOf,
  looks,
  middle,
  outside,
  valuesAt,
  type Drawn,
  type DrawnShape,
} from './drawn-picture.ts'
import { sampleReport } from './sample-report.ts'

const sample = sampleReport()
const ids = ['roc', 'precision-recall', 'gain'] as const
type Confusion = ReportInput['evaluation']['test']['confusion']

/** The sample whose threshold gives these counts of its 200 rows. */
function at({ tn, fp, fn, tp }: Confusion): ReportInput {
  const { test } = sample.evaluation
  const metric = (value: number) => ({ value, lower: value, upper: value })
  const metrics = {
    ...test.metrics,
    recall: metric(tp / (tp + fn)),
    specificity: metric(tn / (tn + fp)),
    precision: metric(tp + fp === 0 ? 0 : tp / (tp + fp)),
  }
  const confusion = { tn, fp, fn, tp }
  const measured = { ...test, metrics, confusion, rows: tn + fp + fn + tp, positives: tp + fn }
  return { ...sample, evaluation: { ...sample.evaluation, test: measured } }
}
const draw = async (input: ReportInput, id: (typeof ids)[number]): Promise<Drawn> =>
  drawn(curvePictures(input).find((picture) => picture.id === id)!)
const layer = ({ shapes }: Drawn, k: number): DrawnShape[] =>
  shapes.filter(({ role }) => role === `layer_${String(k)}_marks`)
const near = (values: readonly (readonly number[])[]): unknown[] =>
  values.map((pair) => pair.map((value) => expect.closeTo(value, 3)))

describe('curves of the ranking', () => {
  test.each(ids)(
    '%s: axes from 0 to 1 with a label at each quarter, all inside of the picture',
    async (id) => {
      const picture = await draw(sample, id)
      expect([picture.width, picture.height]).toEqual([340, 240])
      const quarters = [0, 25, 50, 75, 100].map((value) => [`${String(value)}%`, value / 100])
      expect([labelsOf(picture, 'x'), labelsOf(picture, 'y')]).toEqual([quarters, quarters])
      expect(outside(picture)).toEqual([])
      expect(looks(picture)).toEqual([
        'layer_0: line muted 1.5 (2,4)',
        'layer_1: line accent 2',
        'layer_2: contrast line surface 2 of 9.49',
      ])
    },
  )

  test('chance is the diagonal of ROC and gain, the share of positives of precision', async () => {
    const lines = await Promise.all(
      ids.map(async (id) => {
        const picture = await draw(at({ tn: 110, fp: 40, fn: 20, tp: 30 }), id)
        return layer(picture, 0)[0]!.points.map((point) => valuesAt(picture, point))
      }),
    )
    const diagonal = near([
      [0, 0],
      [1, 1],
    ])
    const level = near([
      [0, 0.25],
      [1, 0.25],
    ])
    expect(lines).toEqual([diagonal, level, diagonal])
  })

  test('lines run from end to end, as the rates of the rows say', async () => {
    const target = Uint8Array.of(0, 1, 0, 1, 1)
    const probability = Float64Array.of(0.1, 0.9, 0.6, 0.4, 0.7)
    const input = { ...sample, test: { target, probability } }
    const lines = await Promise.all(
      ids.map(async (id) => {
        const picture = await draw(input, id)
        return layer(picture, 1)[0]!.points.map((point) => valuesAt(picture, point))
      }),
    )
    const third = 1 / 3
    expect(lines).toEqual([
      near([
        [0, 0],
        [0, third],
        [0, 2 * third],
        [0.5, 2 * third],
        [0.5, 1],
        [1, 1],
      ]),
      near([
        [third, 1],
        [2 * third, 1],
        [2 * third, 2 * third],
        [1, 0.75],
        [1, 0.6],
      ]),
      near([
        [0, 0],
        [0.2, third],
        [0.4, 2 * third],
        [0.6, 2 * third],
        [0.8, 1],
        [1, 1],
      ]),
    ])
  })

  test('the chosen threshold is marked where its rates lie, its name beside it on the free side', async () => {
    const input = at({ tn: 120, fp: 30, fn: 20, tp: 30 })
    const marks = await Promise.all(
      ids.map(async (id) => {
        const picture = await draw(input, id)
        const place = middle(layer(picture, 2)[0]!)
        const label = picture.texts.find(({ text }) => text.includes('chosen threshold'))!
        // A text's anchor stands four below its middle.
        const beside = [label.x - place[0], label.y - 4 - place[1]].map((value) => Number(value.toFixed(3)))
        return { place: valuesAt(picture, place), beside, anchor: label.anchor, text: label.text }
      }),
    )
    const label = { anchor: 'start', text: 'chosen threshold' }
    expect(marks).toEqual([
      { ...label, place: near([[0.2, 0.6]])[0], beside: [10, 12] },
      { ...label, place: near([[0.6, 0.5]])[0], beside: [10, -10] },
      { ...label, place: near([[0.3, 0.6]])[0], beside: [10, 12] },
    ])
  })

  test('beyond two thirds of the width its name stands in the free corner', async () => {
    const label = async (input: ReportInput, id: (typeof ids)[number]) => {
      const picture = await draw(input, id)
      const { text, x, y, anchor, fill } = picture.texts.find((each) => each.text.includes('chosen'))!
      const { left, top, width, height } = picture.plot
      return {
        text,
        anchor,
        fill,
        fromRight: left + width - x,
        fromTop: y - top,
        fromBottom: top + height - y,
      }
    }
    // 132 of 200 flagged are 66 %.
    expect(await label(at({ tn: 68, fp: 92, fn: 0, tp: 40 }), 'gain')).toMatchObject({ anchor: 'start' })
    const corner = { text: '● chosen threshold', anchor: 'end', fill: 'var(--contrast)', fromRight: 4 }
    expect(await label(at({ tn: 67, fp: 93, fn: 0, tp: 40 }), 'gain')).toMatchObject({
      ...corner,
      fromBottom: 11,
    })
    expect(await label(at({ tn: 40, fp: 120, fn: 0, tp: 40 }), 'roc')).toMatchObject({
      ...corner,
      fromBottom: 11,
    })
    // Nine below its upper edge.
    expect(await label(at({ tn: 40, fp: 120, fn: 0, tp: 40 }), 'precision-recall')).toMatchObject({
      ...corner,
      fromTop: 17,
    })
  })

  test('where nothing is flagged there is no precision to mark', async () => {
    const none = at({ tn: 160, fp: 0, fn: 40, tp: 0 })
    const picture = await draw(none, 'precision-recall')
    expect(layer(picture, 2)).toEqual([])
    expect(picture.texts.filter(({ text }) => text.includes('chosen'))).toEqual([])
    expect(layer(await draw(none, 'roc'), 2).map(middle)).toHaveLength(1)
    const one = await draw(at({ tn: 159, fp: 1, fn: 40, tp: 0 }), 'precision-recall')
    expect(valuesAt(one, middle(layer(one, 2)[0]!))).toEqual(near([[0, 0]])[0])
  })
})

describe('a line of many points', () => {
  const n = 1_000
  const x = Float64Array.from({ length: n }, (_, i) => i)

  test('of 160 keeps them all, of more at most 160 with its ends', () => {
    const kept = (count: number): number[] =>
      thinPoints(x.subarray(0, count), new Float64Array(count)).map(({ i }) => i!)
    expect(kept(160)).toEqual(Array.from({ length: 160 }, (_, i) => i))
    expect(kept(1)).toEqual([0])
    for (const count of [161, 320, 1_000]) {
      const places = kept(count)
      expect(places.length).toBeLessThanOrEqual(160)
      expect(places.length).toBeGreaterThan(79)
      expect([places[0], places.at(-1)]).toEqual([0, count - 1])
    }
  })

  test('keeps points at even steps along both axes, each scaled to its range', () => {
    const longest = (y: Float64Array, scale: number): number => {
      const points = thinPoints(
        x,
        y.map((value) => value * scale),
      )
      const range = (Math.max(...y) - Math.min(...y)) * scale || 1
      return Math.max(
        ...points
          .slice(1)
          .map((point, k) => (point.x - points[k]!.x) / (n - 1) + Math.abs(point.y - points[k]!.y) / range),
      )
    }
    // A straight line is two long, a saw of three teeth four, in 159 steps, to which a point adds.
    const straight = Float64Array.from(x, (value) => value)
    const saw = Float64Array.from(x, (value) => Math.abs((value % 667) - 333))
    for (const scale of [1e-3, 1, 1e3]) {
      expect(longest(straight, scale)).toBeLessThan(2 / 159 + 0.0021)
      expect(longest(straight, scale)).toBeGreaterThan(2 / 159 - 0.0021)
      expect(longest(saw, scale)).toBeLessThan(4 / 159 + 0.005)
    }
    // Level: the range of y counts for nothing.
    expect(longest(new Float64Array(n).fill(7), 1)).toBeLessThan(1 / 159 + 0.0011)
  })

  test('has five significant digits', () => {
    expect(thinPoints([1.23456789], [-0.000123456789])).toEqual([{ x: 1.2346, y: -0.00012346, i: 0 }])
  })
})
