import { describe, expect, test } from '@jest/globals'
import type { Dependence } from '../src/index.ts'
import { driverPictures } from '../src/report/pictures/driver-pictures.ts'
import { sampleReport } from './sample-report.ts'

const input = sampleReport()
const day = 86_400_000
type Bins = Extract<Dependence, { kind: 'number' | 'time' }>

const bins = (kind: 'number' | 'time', ...edges: number[]): Bins => ({
  kind,
  feature: 'x',
  missing: null,
  bins: edges.slice(1).map((upper, i) => ({
    rows: 10,
    mean: i,
    low: i - 1,
    high: i + 1,
    lower: edges[i]!,
    upper,
    middle: (edges[i]! + upper) / 2,
  })),
})
const pictures = (dependence: Dependence[]) => driverPictures({ ...input, dependence })
const specOf = (item: Dependence): string => JSON.stringify(pictures([item]).at(-1)!.spec)

describe('pictures of what drives the score', () => {
  test('six columns have one, those without values none', () => {
    const ids = (count: number, item: Dependence): string[] =>
      pictures(Array.from({ length: count }, () => item))
        .map(({ id }) => id)
        .filter((id) => id.startsWith('dependence'))
    expect(ids(6, bins('number', 0, 1, 2))).toHaveLength(6)
    expect(ids(7, bins('number', 0, 1, 2))).toHaveLength(6)
    expect(ids(2, bins('number'))).toEqual([])
    expect(ids(2, { kind: 'category', feature: 'x', levels: [] })).toEqual([])
  })

  test.each([
    [4 * 366 + 1, '%Y'],
    [4 * 366, '%b %Y'],
    [151, '%b %Y'],
    [150, '%d %b %Y'],
    [6, '%d %b %Y'],
    [5, '%d %b %H:%M'],
  ])('an axis of %d days says dates as %s', (days, format) => {
    expect(specOf(bins('time', 0, days * day))).toContain(`"format":"${format}"`)
  })

  test('steps of an axis are whole where each end of each bin is', () => {
    expect(specOf(bins('number', 0, 1, 2))).toContain('"tickMinStep":1')
    expect(specOf(bins('number', 0, 1, 2.5))).not.toContain('tickMinStep')
    expect(specOf(bins('number', 0.5, 1, 2))).not.toContain('tickMinStep')
  })

  test('numbers from 10,000 on are shortened, on either side of 0', () => {
    expect(specOf(bins('number', 0, 9_999))).toContain('"format":"~f"')
    expect(specOf(bins('number', 0, 10_000))).toContain('"format":"~s"')
    expect(specOf(bins('number', -10_000, 5))).toContain('"format":"~s"')
  })
})
