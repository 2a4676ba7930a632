import { createRandom, type Random } from '@claims/frame'
import { foldSplits, holdOut, type Split } from '@claims/models'
import { describe, expect, test } from '@jest/globals'

/** Rows with things that no splitter looks at. */
interface World {
  readonly target: Uint8Array
  readonly groups: Int32Array
  readonly times: Float64Array
  /** Length rows; what is to have the same mean on both sides. */
  readonly hidden: Readonly<Record<string, Float64Array>>
}

const day = 86_400_000

/** 400 groups, 5 % of them "hot": 60 % positive where the others have 2 %; hot groups are larger, too. */
function hotGroups(random: Random): World {
  const sizes = Array.from({ length: 400 }, () => 2 + random.integer(5))
  const hot = sizes.map(() => random.next() < 0.05)
  return worldOf(
    sizes.map((size, i) => (hot[i] === true ? size * 2 : size)),
    (group) => (hot[group] === true ? 0.6 : 0.02),
    random,
  )
}

/** 12 groups of 20 to 60 rows, each with a rate of its own. */
function fewGroups(random: Random): World {
  const rates = Array.from({ length: 12 }, () => 0.05 + 0.4 * random.next())
  return worldOf(
    rates.map(() => 20 + random.integer(41)),
    (group) => rates[group]!,
    random,
  )
}

/** Mostly rows that stand alone, and some groups of up to a tenth of the rows. */
function unevenGroups(random: Random): World {
  const sizes = Array.from({ length: 300 }, (_, i) => (i < 6 ? 10 * (i + 1) : 1))
  return worldOf(sizes, (group) => (group < 6 ? 0.3 : 0.1), random)
}

function worldOf(sizes: readonly number[], rate: (group: number) => number, random: Random): World {
  const rowGroups = sizes.flatMap((size, group) => new Array<number>(size).fill(group))
  const groups = Int32Array.from(rowGroups)
  const trait = sizes.map(() => random.normal())
  const target = Uint8Array.from(rowGroups, (group) => (random.next() < rate(group) ? 1 : 0))
  return {
    target,
    groups,
    times: Float64Array.from(rowGroups, () => random.integer(100) * day),
    hidden: {
      'trait of the group': Float64Array.from(rowGroups, (group) => trait[group]!),
      'rate of the group': Float64Array.from(rowGroups, rate),
      'positive of a risky group': Float64Array.from(rowGroups, (group, row) =>
        target[row] === 1 && rate(group) > 0.25 ? 1 : 0,
      ),
      'size of the group': Float64Array.from(rowGroups, (group) => sizes[group]!),
    },
  }
}

const worlds = { hotGroups, fewGroups, unevenGroups }

const total = (values: Float64Array, rows: Uint32Array): number =>
  rows.reduce((sum, r) => sum + values[r]!, 0)

/** Mean of what is measured in each of many worlds, in standard errors from 0, and the standard error. */
function distance(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1)
  return variance === 0 ? 0 : mean / Math.sqrt(variance / values.length)
}

const seeds = Array.from({ length: 150 }, (_, i) => i + 1)

/** The worlds of a kind, made once for all splitters. */
const made = Object.fromEntries(
  Object.entries(worlds).map(([name, make]) => [
    name,
    seeds.map((seed) => make(createRandom(seed).split('world'))),
  ]),
)

/**
 * What the test rows have more of than their share of the rows, by part and hidden thing, over many worlds. Totals, not
 * means: the mean of a random part with a random number of rows is a ratio, and ratios lean by themselves.
 */
function excess(
  name: string,
  split: (world: World, random: () => Random) => Readonly<Record<string, Split>>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number[]>()
  made[name]!.forEach((world, i) => {
    const rows = world.target.length
    const parts = Object.entries(split(world, () => createRandom(seeds[i]!).split('split')))
    for (const [hidden, values] of Object.entries(world.hidden)) {
      const mean = values.reduce((a, b) => a + b, 0) / rows
      for (const [part, { test: tested }] of parts) {
        const key = `${part}: ${hidden}`
        found.set(key, [...(found.get(key) ?? []), total(values, tested) - mean * tested.length])
      }
    }
  })
  expect(found.size).toBeGreaterThan(0)
  return new Map([...found].map(([key, values]) => [key, distance(values)]))
}

/** Those that lie four standard errors or more from their share. */
const unfair = (found: ReadonlyMap<string, number>): [string, number][] =>
  [...found].filter(([, errors]) => !(Math.abs(errors) < 4))

describe.each(Object.keys(worlds))('in worlds of %s', (name) => {
  test.each([0.2, 0.15])('a hold-out of %d has its share of what nobody looked at', (testShare) => {
    const found = excess(name, (world, random) => ({
      stratified: holdOut({ ...world, kind: 'stratified', testShare, random: random() }),
      grouped: holdOut({ ...world, kind: 'grouped', testShare, random: random() }),
    }))
    expect(unfair(found)).toEqual([])
  })

  test.each(['stratified', 'grouped'] as const)('each %s fold has its share', (kind) => {
    const found = excess(name, (world, random) => {
      const [first, , last] = foldSplits({ ...world, kind, folds: 3, random: random() })
      return { first: first!, last: last! }
    })
    expect(unfair(found)).toEqual([])
  })

  test('by time: what has no trend has its share among the latest rows', () => {
    const found = excess(name, (world, random) => ({
      time: holdOut({ ...world, kind: 'time', testShare: 0.2, random: random() }),
    }))
    expect(unfair(found)).toEqual([])
  })
})

test('every group is tested equally often, whatever its size and labels', () => {
  const world = hotGroups(createRandom(11))
  const draws = 400
  const tested = new Float64Array(400)
  for (let seed = 0; seed < draws; seed++) {
    const split = holdOut({ ...world, kind: 'grouped', testShare: 0.2, random: createRandom(seed) })
    for (const group of new Set(Array.from(split.test, (row) => world.groups[row]!)))
      tested[group] = tested[group]! + 1
  }
  const error = Math.sqrt((0.2 * 0.8) / draws)
  const furthest = tested.reduce((most, count) => Math.max(most, Math.abs(count / draws - 0.2) / error), 0)
  expect(furthest).toBeLessThan(4.5)
})

test('by time: test rows are later than all training rows, and folds walk forward', () => {
  const world = hotGroups(createRandom(12))
  const {
    train,
    test: tested,
    cutoff,
  } = holdOut({ ...world, kind: 'time', testShare: 0.2, random: createRandom(1) })
  expect(cutoff).not.toBeNull()
  expect(train.every((row) => world.times[row]! < (cutoff ?? 0))).toBe(true)
  expect(tested.every((row) => world.times[row]! >= (cutoff ?? 0))).toBe(true)
  let before = 0
  for (const split of foldSplits({ ...world, kind: 'time', folds: 4, random: createRandom(1) })) {
    const latest = Math.max(...Array.from(split.train, (row) => world.times[row]!))
    expect(Math.min(...Array.from(split.test, (row) => world.times[row]!))).toBeGreaterThan(latest)
    expect(split.train.length).toBeGreaterThan(before)
    before = split.train.length
  }
})

describe('a group larger than the test part', () => {
  const random = createRandom(21)
  const sizes = [900, ...Array.from({ length: 150 }, () => 1 + random.integer(5))]
  const world = worldOf(sizes, (group) => (group === 0 ? 0.02 : 0.3), random)

  test('is always learnt from and counted; the others are tested equally often', () => {
    const rest = world.groups.filter((group) => group !== 0).length
    const share = Math.min(0.5, (0.2 * world.target.length) / rest)
    const shares = Array.from({ length: 200 }, (_, seed) => {
      const split = holdOut({ ...world, kind: 'grouped', testShare: 0.2, random: createRandom(seed) })
      expect(split.untestable).toBe(1)
      expect(split.test.some((row) => world.groups[row] === 0)).toBe(false)
      return split.test.length / rest
    })
    expect(Math.abs(shares.reduce((a, b) => a + b, 0) / shares.length - share)).toBeLessThan(0.01)
  })

  test('where only few large groups exist, one of them is drawn', () => {
    const three = worldOf([100, 100, 100], () => 0.3, createRandom(5))
    const tested = new Set<number>()
    for (let seed = 0; seed < 40; seed++) {
      const split = holdOut({ ...three, kind: 'grouped', testShare: 0.2, random: createRandom(seed) })
      expect(split.test).toHaveLength(100)
      tested.add(three.groups[split.test[0]!]!)
    }
    expect(tested.size).toBe(3)
  })

  test('one group cannot be divided', () => {
    const one = worldOf([50], () => 0.3, createRandom(5))
    expect(() => holdOut({ ...one, kind: 'grouped', testShare: 0.2, random: createRandom(1) })).toThrow(
      expect.objectContaining({ code: 'too_few_positives' }),
    )
  })
})
