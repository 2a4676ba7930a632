import { describe, expect, test } from '@jest/globals'
import type { Dependence, ReportInput } from '../src/index.ts'
import { driverPictures } from '../src/report/pictures/driver-pictures.ts'
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
type Global = ReportInput['evaluation']['explanations']['global']
type Bins = Extract<Dependence, { kind: 'number' | 'time' }>

const layer = ({ shapes }: Drawn, k: number): DrawnShape[] =>
  shapes.filter(({ role }) => role === `layer_${String(k)}_marks`)
const texts = (picture: Drawn, k: number): string[] =>
  picture.texts.filter(({ role }) => role === `layer_${String(k)}_marks`).map(({ text }) => text)
const near = (values: readonly (readonly number[])[]): unknown[] =>
  values.map((pair) => pair.map((value) => expect.closeTo(value, 3)))
const group = (mean: number): { rows: number; mean: number; low: number; high: number } => ({
  rows: 1_234,
  mean,
  low: mean - 0.1,
  high: mean + 0.3,
})

describe('what drives the score', () => {
  const input = (shares: readonly number[]): ReportInput => {
    const global: Global = shares.map((share, i) => ({
      feature: `column_${String(i)}`,
      mean_absolute_contribution: share,
      share,
    }))
    const { evaluation } = sample
    const explanations = { ...evaluation.explanations, global }
    return { ...sample, dependence: [], evaluation: { ...evaluation, explanations } }
  }
  const draw = (shares: readonly number[]): Promise<Drawn> => drawn(driverPictures(input(shares))[0]!)

  test('bars are as long as the share of their column; the longest leaves 15 % of its length free', async () => {
    const picture = await draw([0.5, 0.3, 0.004, 0])
    const { plot } = picture
    expect([picture.width, picture.height, plot.left, plot.top]).toEqual([340, 240, 4, 4])
    expect(outside(picture)).toEqual([])
    const lengths = layer(picture, 0).map(({ left, right }) => [
      left - plot.left,
      (right - left) / plot.width,
    ])
    expect(lengths).toEqual(near([0.5, 0.3, 0.004].map((share) => [0, share / (0.5 * 1.15)])))
    expect(looks(picture)).toEqual(['layer_0: accent'])
  })

  test('each bar is ten high, eight below the middle of its row, its name and share above it', async () => {
    const picture = await draw([0.5, 0.3, 0.2])
    const { plot } = picture
    const row = plot.height / 3
    layer(picture, 0).forEach(({ top, bottom }, k) => {
      expect(bottom - top).toBeCloseTo(10, 6)
      expect(top + 5 - plot.top).toBeCloseTo((k + 0.5) * row + 8, 3)
    })
    picture.texts.forEach(({ y }, i) => {
      // The foot of a letter reaches three below the middle of the row.
      expect(y + 3 - plot.top).toBeCloseTo(((i % 3) + 0.5) * row, 3)
    })
    expect(picture.texts.map(({ text, x, anchor, fill }) => [text, x, anchor, fill])).toEqual([
      ...[0, 1, 2].map((k) => [`Column ${String(k)}`, 4, 'start', 'var(--ink)']),
      ...['50 %', '30 %', '20 %'].map((text) => [text, 336, 'end', 'var(--muted)']),
    ])
  })

  test('shows twelve columns, 34 high each, and no picture where nothing contributes', async () => {
    const picture = await draw(Array.from({ length: 14 }, (_, i) => 0.2 - i / 100))
    expect(layer(picture, 0)).toHaveLength(12)
    expect(picture.height).toBe(12 * 34 + 8)
    expect((await draw(Array.from({ length: 7 }, () => 0.1))).height).toBe(7 * 34 + 8)
    expect(driverPictures(input([0, 0]))).toEqual([])
  })
})

/** The picture of how the score depends on one column. */
const dependencePicture = (item: Dependence): Promise<Drawn> => {
  const { evaluation } = sample
  const explanations = { ...evaluation.explanations, global: [] }
  return drawn(
    driverPictures({ ...sample, dependence: [item], evaluation: { ...evaluation, explanations } })[0]!,
  )
}

describe('levels of a category', () => {
  const levels = (...means: number[]): Dependence => ({
    kind: 'category',
    feature: 'x',
    levels: means.map((mean, i) => ({ level: `l${String(i)}`, ...group(mean) })),
  })

  test('lie right and left of a line in the middle, as far as their effect, a quarter of the longest free', async () => {
    const picture = await dependencePicture(levels(-0.4, 2, 0.5))
    const { plot } = picture
    const [rule] = layer(picture, 0)
    const centre = plot.left + plot.width / 2
    expect([rule!.left, rule!.right, rule!.top, rule!.bottom]).toEqual([centre, centre, 4, 236])
    const reach = 2 * 1.25
    const ends = layer(picture, 1).map(({ left, right }) =>
      [left, right].map((x) => ((x - centre) / (plot.width / 2)) * reach),
    )
    expect(ends).toEqual(
      near([
        [0, 2],
        [0, 0.5],
        [-0.4, 0],
      ]),
    )
    expect(layer(picture, 1).map(({ fill }) => fill)).toEqual([
      'var(--contrast)',
      'var(--contrast)',
      'var(--accent)',
    ])
    expect(texts(picture, 2)).toEqual(['l1 (1,234)', 'l2 (1,234)', 'l0 (1,234)'])
    expect(texts(picture, 3)).toEqual(['+2.00', '+0.50', '−0.40'])
    expect(outside(picture)).toEqual([])
    expect(looks(picture)[0]).toMatch(/^layer_0: line grid/)
  })

  test('of equal effect go by name; of no effect have no length and no sign', async () => {
    const picture = await dependencePicture(levels(0, 0, 0))
    expect(texts(picture, 2)).toEqual(['l0 (1,234)', 'l1 (1,234)', 'l2 (1,234)'])
    expect(texts(picture, 3)).toEqual(['0.00', '0.00', '0.00'])
    for (const { left, right } of layer(picture, 1)) expect(right - left).toBe(0)
    expect(texts(await dependencePicture(levels(0.004, -0.006)), 3)).toEqual(['0.00', '−0.01'])
  })

  test('with long names are cut to 34 letters', async () => {
    const named = async (length: number): Promise<string[]> =>
      texts(
        await dependencePicture({
          kind: 'category',
          feature: 'x',
          levels: [{ level: 'a'.repeat(length), ...group(1) }],
        }),
        2,
      )
    expect(await named(34)).toEqual([`${'a'.repeat(34)} (1,234)`])
    expect(await named(35)).toEqual([`${'a'.repeat(33)}… (1,234)`])
  })
})

describe('bins of a number', () => {
  const bins = (count: number, more: Partial<Bins> = {}): Bins => ({
    kind: 'number',
    feature: 'x',
    missing: null,
    bins: Array.from({ length: count }, (_, i) => ({
      ...{ lower: i * 10, upper: i * 10 + 9, middle: i * 10 + 5 },
      ...group(i / 10 - 0.5),
    })),
    ...more,
  })
  /** Values along y from the labels of the axis. */
  const heightOf = (picture: Drawn): ((y: number) => number) => {
    const labels = labelsOf(picture, 'y').map(([text, at]) => [Number(text.replace('−', '-')), at] as const)
    const [[low, from], [high, to]] = [labels[0]!, labels.at(-1)!]
    return (y) => low + ((valuesAt(picture, [picture.plot.left, y])[1] - from) / (to - from)) * (high - low)
  }

  test('lie at their median, the line at the mean, within a band of eight of ten claims', async () => {
    const picture = await dependencePicture(bins(11))
    const height = heightOf(picture)
    const places = (shape: DrawnShape): number[][] =>
      shape.points.map(([x, y]) => [valuesAt(picture, [x, 0])[0] * 100 + 5, height(y)])
    const means = Array.from({ length: 11 }, (_, i) => [i * 10 + 5, i / 10 - 0.5])
    const close = (values: number[][]): unknown[] =>
      values.map((pair) => pair.map((value) => expect.closeTo(value, 1)))
    expect(places(layer(picture, 2)[0]!)).toEqual(close(means))
    expect(layer(picture, 3).map((point) => height(middle(point)[1]))).toEqual(
      means.map(([, mean]) => expect.closeTo(mean!, 2)),
    )
    const band = layer(picture, 0)[0]!.points.map(([, y]) => height(y))
    expect(band.slice(0, 11).map((value, i) => value - means[i]![1]!)).toEqual(
      means.map(() => expect.closeTo(band[0]! > -0.5 ? 0.3 : -0.1, 2)),
    )
    expect(band.slice(11).map((value, i) => value - means[10 - i]![1]!)).toEqual(
      means.map(() => expect.closeTo(band[0]! > -0.5 ? -0.1 : 0.3, 2)),
    )
    const [zero] = layer(picture, 1)
    expect(height(zero!.top)).toBeCloseTo(0, 3)
    expect([zero!.left, zero!.right]).toEqual([picture.plot.left, picture.plot.left + picture.plot.width])
    expect(outside(picture)).toEqual([])
    expect([picture.width, picture.height]).toEqual([340, 240])
    expect(looks(picture)).toEqual([
      'layer_0: band',
      'layer_1: line muted 1.5 (2,4)',
      'layer_2: line accent 2',
      'layer_3: accent line surface 1.5 of 6.32',
    ])
  })

  test('are points as well where there are twenty or fewer', async () => {
    const points = async (count: number): Promise<number> =>
      (await dependencePicture(bins(count))).shapes.filter(({ role }) => role === 'layer_3_marks').length
    expect([await points(20), await points(21)]).toEqual([20, 0])
  })

  test('rows without a value are a line over the whole width, its name two above it at the right', async () => {
    const picture = await dependencePicture(bins(11, { missing: group(0.25) }))
    const height = heightOf(picture)
    const line = picture.shapes.find(({ stroke }) => stroke === 'var(--contrast)')!
    const { left, width } = picture.plot
    expect(height(line.top)).toBeCloseTo(0.25, 2)
    expect([line.left, line.right, line.top]).toEqual([left, left + width, line.bottom])
    const name = picture.texts.find(({ text }) => text === 'where missing')!
    expect([name.x, name.anchor, name.fill]).toEqual([left + width, 'end', 'var(--ink)'])
    expect(name.y).toBeCloseTo(line.top - 2 - 3, 6)
    expect(looks(picture).at(-1)).toBe('layer_5: line contrast 1.5')
  })

  test('effects have their sign on the axis, but 0 has none', async () => {
    const labels = labelsOf(await dependencePicture(bins(11)), 'y').map(([text]) => text)
    expect(labels).toContain('0')
    for (const label of labels) expect(label).toMatch(/^(0|[+−][\d.]+)$/)
  })

  test('the axis names column, unit and scale', async () => {
    const titles = async (feature: string, contributionScale?: ReportInput['contributionScale']) => {
      const { evaluation } = sample
      const explanations = { ...evaluation.explanations, global: [] }
      const input = {
        ...sample,
        dependence: [bins(3, { feature })],
        evaluation: { ...evaluation, explanations },
      }
      const picture = driverPictures(
        contributionScale === undefined ? input : { ...input, contributionScale },
      )[0]!
      return (await drawn(picture)).texts.filter(({ role }) => role === 'axis-title').map(({ text }) => text)
    }
    expect(await titles('total_claim_amount')).toEqual(['Total claim amount (USD)', 'Effect on the log-odds'])
    expect(await titles('x', 'probability')).toEqual(['X', 'Effect on the probability'])
  })
})
