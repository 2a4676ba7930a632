import { describe, expect, test } from '@jest/globals'
import type { Costs } from '@claims/contracts'
import { calibrationCurve, type ReportInput } from '../src/index.ts'
import { scorePictures } from '../src/report/pictures/score-pictures.ts'
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

const priced = sampleReport()
const free = sampleReport({ costs: null })

interface Scores {
  readonly target: readonly number[]
  readonly probability: readonly number[]
  readonly threshold?: number
  readonly costs?: Costs
}

/** A report of these rows; in money where costs are given. */
function of({ target, probability, threshold = 0.5, costs }: Scores): ReportInput {
  const { blueprint, evaluation, ...rest } = costs === undefined ? free : priced
  const positives = target.filter((label) => label === 1).length
  const test = { ...evaluation.test, rows: target.length, positives }
  return {
    ...rest,
    blueprint: { ...blueprint, costs: costs ?? null },
    test: { target: Uint8Array.from(target), probability: Float64Array.from(probability) },
    evaluation: { ...evaluation, test, threshold: { ...evaluation.threshold, value: threshold } },
  }
}
const draw = (input: ReportInput, id: string): Promise<Drawn> =>
  drawn(scorePictures(input).find((picture) => picture.id === id)!)
const layer = ({ shapes }: Drawn, name: string): DrawnShape[] =>
  shapes.filter(({ role }) => role === `layer_${name}_marks`)
const near = (values: readonly (readonly number[])[]): unknown[] =>
  values.map((pair) => pair.map((value) => expect.closeTo(value, 3)))
/** Half of the rows at each score are positive. */
const halves = (...probability: number[]): Scores => ({
  target: probability.flatMap(() => [0, 1]),
  probability: probability.flatMap((p) => [p, p]),
})

test.each(['calibration', 'scores', 'cost', 'trade-off'])('%s lies inside of its picture', async (id) => {
  const picture = await draw(id === 'trade-off' ? free : priced, id)
  expect([picture.width, picture.height]).toEqual([340, 240])
  expect(outside(picture)).toEqual([])
})

describe('calibration', () => {
  test('groups of the rows lie at their mean score and rate, with their interval', async () => {
    const { target, probability } = priced.test
    const bins = calibrationCurve(target, probability, { strategy: 'quantile', bins: 5 })
    const top = Math.min(1, Math.max(...bins.flatMap((bin) => [bin.meanProbability, bin.upper])) * 1.05)
    const picture = await draw(priced, 'calibration')
    const at = (point: readonly [number, number]): number[] => valuesAt(picture, point, [top, top])
    expect(layer(picture, '3').map((point) => at(middle(point)))).toEqual(
      near(bins.map((bin) => [bin.meanProbability, bin.positiveRate])),
    )
    expect(layer(picture, '2')[0]!.points.map(at)).toEqual(
      near(bins.map((bin) => [bin.meanProbability, bin.positiveRate])),
    )
    const bars = layer(picture, '1').map(({ left, top: high, bottom }) => [
      ...at([left, bottom]),
      at([left, high])[1]!,
    ])
    expect(bars).toEqual(near(bins.map((bin) => [bin.meanProbability, bin.lower, bin.upper])))
    expect(layer(picture, '0')[0]!.points.map((point) => valuesAt(picture, point))).toEqual(
      near([
        [0, 0],
        [1, 1],
      ]),
    )
    expect(looks(picture)).toEqual([
      'layer_0: line muted 1.5 (2,4)',
      'layer_1: line accent 1.5',
      'layer_2: line accent 2',
      'layer_3: accent line surface 2 of 8.37',
    ])
  })

  test('there are ten groups from 500 rows on, five below', async () => {
    const groups = async (rows: number): Promise<number> => {
      const probability = Array.from({ length: rows }, (_, i) => (i + 0.5) / rows)
      const input = of({ target: probability.map((_, i) => i % 2), probability })
      return layer(await draw(input, 'calibration'), '3').length
    }
    expect([await groups(499), await groups(500)]).toEqual([5, 10])
  })

  test('its axes end a twentieth beyond what it holds, at 1 where that is more, and hold 1.05 % at least', () => {
    const rare = (positives: number, rows: number): Scores => ({
      target: Array.from({ length: rows }, (_, i) => (i < positives ? 1 : 0)),
      probability: new Array<number>(rows).fill(0.001),
    })
    const domain = (scores: Scores): string =>
      JSON.stringify(scorePictures(of(scores)).find(({ id }) => id === 'calibration')!.spec)
    expect(domain({ target: [1, 0, 1, 1], probability: [0.9, 0.1, 0.9, 0.8] })).toContain('"domain":[0,1]')
    expect(domain(rare(1, 100_000))).toContain('"domain":[0,0.0105]')
    // Wilson's interval of none or one of 2,000 ends below 1 %, that of 100 of 2,000 at 6.04 %.
    expect(domain(rare(100, 2_000))).toMatch(/"domain":\[0,0\.0634/)
  })
})

describe('scores by outcome', () => {
  /** Shares of the classes in the 25 bars; the negative first. */
  const bars = async (input: ReportInput, highest: number): Promise<number[][]> => {
    const picture = await draw(input, 'scores')
    return layer(picture, '0_layer_1').map(({ points }) =>
      Array.from({ length: 25 }, (_, bar) => {
        const x = picture.plot.left + ((bar + 0.5) / 25) * picture.plot.width
        const k = points.findIndex(
          ([left], i) => left <= x && (points[i + 1]?.[0] ?? -1) >= x && points[i + 1]![1] === points[i]![1],
        )
        return Number((valuesAt(picture, points[k]!)[1] * highest * 1.15).toFixed(3))
      }),
    )
  }

  test('bars are as high as the share of their class, which adds up to 1', async () => {
    const input = of({
      target: [0, 0, 0, 0, 1, 1, 1, 1, 1],
      probability: [0.01, 0.03, 0.05, 0.99, 0.05, 0.39, 0.41, 0.999, 1],
    })
    const [negatives, positives] = await bars(input, 0.5)
    const heights = (at: Record<number, number>): number[] =>
      Array.from({ length: 25 }, (_, bar) => at[bar] ?? 0)
    expect(negatives).toEqual(heights({ 0: 0.5, 1: 0.25, 24: 0.25 }))
    expect(positives).toEqual(heights({ 1: 0.2, 9: 0.2, 10: 0.2, 24: 0.4 }))
  })

  test('reach to the right end, each class in its colour, the negatives first', async () => {
    const picture = await draw(of(halves(0.1, 0.9)), 'scores')
    const { left, top, width, height } = picture.plot
    for (const name of ['0_layer_0', '0_layer_1'])
      for (const shape of layer(picture, name)) {
        expect([shape.left, shape.right]).toEqual([left, left + width])
        expect(shape.bottom).toBe(top + height)
        expect(shape.top - top).toBeCloseTo((0.15 / 1.15) * height, 2)
      }
    expect(looks(picture)).toEqual([
      'layer_0_layer_0: accent at 0.22',
      'layer_0_layer_0: contrast at 0.22',
      'layer_0_layer_1: line accent 2',
      'layer_0_layer_1: line contrast 2',
      'layer_1: line ink 1.5',
    ])
    const legend = picture.texts.filter(({ role }) => role === 'legend-label').map(({ text }) => text)
    expect(legend).toEqual(['not Y', 'Y'])
  })

  test('scores beyond the axis are in the last bar', async () => {
    const low = Array.from({ length: 398 }, () => 0.001)
    const [negatives] = await bars(
      of({ target: [...low.map(() => 0), 0, 1], probability: [...low, 0.9, 0.001], threshold: 0.005 }),
      1,
    )
    expect(negatives![24]).toBeCloseTo(1 / 399, 3)
    expect(negatives!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
  })

  test.each([
    [0.009, 0.01],
    [0.011, 0.02],
    [0.18, 0.2],
    [0.19, 0.3],
    [0.7, 0.8],
    [0.75, 1],
    [0.999, 1],
  ])('an axis for a threshold of %d, of which a tenth stays free, ends at %d', (threshold, end) => {
    const scores = of({ ...halves(0.001, 0.002), threshold })
    for (const { spec } of scorePictures(scores).slice(1))
      expect(JSON.stringify(spec)).toContain(`"domain":[0,${String(end)}]`)
  })

  test('an axis ends beyond 995 of 1,000 scores', () => {
    const end = (high: number): string => {
      const probability = Array.from({ length: 1_001 }, (_, i) => (i < 1_001 - high ? 0.04 : 0.5))
      const input = of({ target: probability.map((_, i) => i % 2), probability, threshold: 0.03 })
      return JSON.stringify(scorePictures(input)[1]!.spec)
    }
    expect(end(5)).toContain('"domain":[0,0.05]')
    expect(end(6)).toContain('"domain":[0,0.5]')
  })
})

describe('the mark of the threshold', () => {
  const mark = async (threshold: number, id = 'scores') => {
    const picture = await draw(
      of({ ...halves(0.1, 0.99), threshold, ...(id === 'cost' ? { costs: priced.blueprint.costs! } : {}) }),
      id,
    )
    const line = picture.shapes.find(({ left, right, stroke }) => left === right && stroke === 'var(--ink)')!
    const label = picture.texts.find(({ text }) => text.startsWith('threshold'))!
    return {
      at: Number(valuesAt(picture, [line.left, 0])[0].toFixed(4)),
      whole: line.top === picture.plot.top && line.bottom === picture.plot.top + picture.plot.height,
      text: label.text,
      anchor: label.anchor,
      beside: Number((label.x - line.left).toFixed(4)),
      below: label.y - picture.plot.top,
    }
  }

  test.each(['scores', 'cost', 'trade-off'])(
    'is a line over all of the %s, its name at the upper end',
    async (id) => {
      expect(await mark(0.25, id)).toEqual({
        ...{ at: 0.25, whole: true, text: 'threshold 25.0 %', anchor: 'start', beside: 6 },
        // A text hangs nine below its upper edge.
        below: 2 + 9,
      })
    },
  )

  test('has its name on the left beyond six tenths of the axis', async () => {
    expect(await mark(0.6)).toMatchObject({ at: 0.6, anchor: 'start', beside: 6 })
    expect(await mark(0.601)).toMatchObject({ at: 0.601, anchor: 'end', beside: -6 })
  })
})

describe('cost by threshold', () => {
  const costs: Costs = { currency: 'USD', false_negative: 100, false_positive: 30, manual_review: 10 }
  // Costs of the five rows: 110 at 0.8, then 150, 60, 100 and 140; 200 where none is reviewed.
  const scores: Scores = { target: [1, 0, 1, 0, 0], probability: [0.8, 0.6, 0.4, 0.2, 0.1], costs }
  const input = of(scores)

  test('is drawn from the highest score on the axis to 0, beside reviewing and approving every claim', async () => {
    const picture = await draw(input, 'cost')
    const highest = 40
    const at = (point: readonly [number, number]): number[] => valuesAt(picture, point, [0.8, highest * 1.25])
    expect(layer(picture, '2')[0]!.points.map(at)).toEqual(
      near([
        [0.8, 22],
        [0.6, 30],
        [0.4, 12],
        [0.2, 20],
        [0.1, 28],
        [0, 28],
      ]),
    )
    const baselines = layer(picture, '0').map(({ points }) => points.map((point) => at(point)[1]!))
    expect(baselines).toEqual(
      near([
        [28, 28],
        [40, 40],
      ]),
    )
    for (const { left, right } of layer(picture, '0'))
      expect([left, right]).toEqual([picture.plot.left, picture.plot.left + picture.plot.width])
    const names = picture.texts.filter(({ role }) => role === 'layer_1_marks')
    expect(names.map(({ text, x, y, anchor }) => [text, x, anchor, at([x, y + 3 + 3])[1]])).toEqual([
      ['review every claim', picture.plot.left + picture.plot.width, 'end', expect.closeTo(28, 3)],
      ['approve every claim', picture.plot.left + picture.plot.width, 'end', expect.closeTo(40, 3)],
    ])
    expect(looks(picture)).toEqual([
      'layer_0: line muted 1.5 (2,4)',
      'layer_2: line accent 2',
      'layer_3: line ink 1.5',
    ])
    const titles = picture.texts.filter(({ role }) => role === 'axis-title').map(({ text }) => text)
    expect(titles).toEqual(['Threshold', 'Cost per claim (USD)'])
  })

  test('baselines nearer than a tenth of the highest cost share one name, above the dearer', async () => {
    const named = async (falseNegative: number) => {
      const picture = await draw(
        of({ ...scores, costs: { ...costs, false_negative: falseNegative } }),
        'cost',
      )
      const texts = picture.texts.filter(({ role }) => role === 'layer_1_marks')
      return { texts: texts.map(({ text }) => text), picture, first: texts[0]! }
    }
    // Reviewing costs 28 a claim, approving 0.4 of a miss: 25.2 is a tenth below, 25.6 less.
    expect((await named(63)).texts).toEqual(['review every claim', 'approve every claim'])
    const near28 = await named(64)
    expect(near28.texts).toEqual(['review or approve every claim'])
    // Above it the other way round: 31.2.
    const dearer = await named(77)
    expect(dearer.texts).toEqual(['review or approve every claim'])
    const lines = layer(dearer.picture, '0')
    expect(dearer.first.y + 6).toBeCloseTo(Math.min(...lines.map(({ top }) => top)), 3)
    expect(near28.first.y + 6).toBeCloseTo(Math.min(...layer(near28.picture, '0').map(({ top }) => top)), 3)
  })

  test('without a currency the axis names none; beyond the axis there is no line', async () => {
    const plain = await draw(of({ ...scores, costs: { ...costs, currency: null } }), 'cost')
    expect(plain.texts.map(({ text }) => text)).toContain('Cost per claim')
    const short = of({
      target: [1, 0, 1, 0, 0],
      probability: [0.08, 0.06, 0.04, 0.02, 0.01],
      threshold: 0.05,
      costs,
    })
    const picture = await draw(short, 'cost')
    const [line] = layer(picture, '2')
    expect(line!.points.map((point) => valuesAt(picture, point, [0.1, 50]))).toEqual(
      near([
        [0.08, 22],
        [0.06, 30],
        [0.04, 12],
        [0.02, 20],
        [0.01, 28],
        [0, 28],
      ]),
    )
  })
})

test('without costs: what each threshold finds, how many of the flagged are positive, how many are reviewed', async () => {
  const input = of({ target: [1, 0, 1, 0, 0], probability: [0.8, 0.6, 0.4, 0.2, 0.1] })
  const picture = await draw(input, 'trade-off')
  const lines = layer(picture, '0').map(({ points, stroke }) => ({
    stroke,
    points: points.map((point) => valuesAt(picture, point, [0.8, 1])),
  }))
  const thresholds = [0.8, 0.6, 0.4, 0.2, 0.1, 0]
  const line = (...shares: number[]): unknown[] => near(shares.map((share, k) => [thresholds[k]!, share]))
  const domain = /"domain":\[0,([\d.]+)\]/.exec(JSON.stringify(scorePictures(input)[2]!.spec))?.[1]
  expect(domain).toBe('0.8')
  expect(lines).toEqual([
    { stroke: 'var(--accent)', points: line(0.5, 0.5, 1, 1, 1, 1) },
    { stroke: 'var(--contrast)', points: line(1, 0.5, 2 / 3, 0.5, 0.4, 0.4) },
    { stroke: 'var(--muted)', points: line(0.2, 0.4, 0.6, 0.8, 1, 1) },
  ])
  expect(labelsOf(picture, 'y')).toEqual(
    [0, 25, 50, 75, 100].map((value) => [`${String(value)}%`, value / 100]),
  )
  expect(looks(picture)).toEqual([
    'layer_0: line accent 2',
    'layer_0: line contrast 2',
    'layer_0: line muted 2',
    'layer_1: line ink 1.5',
  ])
  expect(picture.texts.filter(({ role }) => role === 'legend-label').map(({ text }) => text)).toEqual([
    'recall',
    'precision',
    'review share',
  ])
})
