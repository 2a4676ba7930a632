import { describe, expect, test } from '@jest/globals'
import { columnSchema, leakageFindingSchema, type Column } from '@claims/contracts'
import {
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import { scanLeakage } from '@claims/leakage'

function declare(
  columns: Readonly<Record<string, FrameColumn>>,
  roles: Record<string, string> = {},
): Column[] {
  return Object.entries(columns).map(([name, { kind }]) => {
    const role =
      kind === 'number' ? 'numeric' : kind === 'timestamp' ? 'date' : kind === 'text' ? 'text' : 'categorical'
    return columnSchema.parse({ name, role: roles[name] ?? role, type: kind })
  })
}

function scan(
  columns: Readonly<Record<string, FrameColumn>>,
  target: Uint8Array,
  options: { roles?: Record<string, string>; labelColumn?: string } = {},
): string[] {
  const findings = scanLeakage({
    frame: Frame.fromColumns(columns),
    target,
    columns: declare(columns, options.roles),
    labelColumn: options.labelColumn ?? 'fraud_reported',
    seed: 7,
  })
  for (const finding of findings) leakageFindingSchema.parse(finding)
  return findings.map(({ severity, kind, column }) => `${severity} ${kind} ${column ?? '(rows)'}`).sort()
}

function labels(rows: number, rate: number, seed: number): Uint8Array {
  const random = createRandom(seed).split('labels')
  return Uint8Array.from({ length: rows }, () => (random.next() < rate ? 1 : 0))
}

describe('identifier', () => {
  const rows = 1_000
  const target = labels(rows, 0.25, 1)
  const random = createRandom(2)

  test('blocks numbered rows, drawn policy numbers and unique codes', () => {
    const numbers = [...random.permutation(rows)].map((i) => 100_000 + i * 853)
    const shuffled = [...random.permutation(rows)]
    expect(
      scan(
        {
          policy_number: numberColumn(numbers),
          anything: numberColumn(shuffled),
          place: categoryColumn(shuffled.map((i) => `${String(i)} Oak Street`)),
        },
        target,
      ),
    ).toEqual(['block identifier anything', 'block identifier place', 'block identifier policy_number'])
  })

  test('leaves fractions, free text, dates and repeated amounts alone and only warns of distinct amounts', () => {
    const amounts = Array.from({ length: rows }, () => Math.round(Math.exp(8 + random.normal())))
    const distinct = [...random.permutation(rows)].map((i) => i * 997 + (i % 7))
    const columns = {
      premium: numberColumn(Array.from({ length: rows }, () => random.normal())),
      repeated: numberColumn(amounts.map((amount) => Math.round(amount / 100))),
      distinct_amount: numberColumn(distinct),
      story: textColumn(distinct.map((i) => `the car hit pole ${String(i)}`)),
      bind_date: timestampColumn(distinct.map((i) => i * 86_400_000)),
    }
    expect(scan(columns, target)).toEqual(['warning identifier distinct_amount'])
  })

  test('judges feature columns only', () => {
    const ids = numberColumn([...random.permutation(rows)])
    expect(scan({ ids }, target, { roles: { ids: 'id' } })).toEqual([])
  })
})

describe('suspicious_single_feature', () => {
  const rows = 2_000
  const target = labels(rows, 0.2, 3)
  const random = createRandom(4)
  const noise = numberColumn(Array.from({ length: rows }, () => random.normal()))

  test('blocks a noisy copy of the label, also a non-monotone one and a category', () => {
    const flipped = [...target].map((y) => (random.next() < 0.01 ? 1 - y : y))
    const bump = flipped.map((y) =>
      y === 1 ? random.next() : random.next() + (random.next() < 0.5 ? 2 : -2),
    )
    const code = flipped.map((y) => (y === 1 ? 'SIU' : `desk ${String(random.integer(3))}`))
    expect(scan({ noise, bump: numberColumn(bump), code: categoryColumn(code) }, target)).toEqual([
      'block suspicious_single_feature bump',
      'block suspicious_single_feature code',
    ])
  })

  test('warns of a feature that is far stronger than all others', () => {
    const shifted = numberColumn([...target].map((y) => random.normal() + 1.3 * y))
    expect(scan({ noise, shifted }, target)).toEqual(['warning suspicious_single_feature shifted'])
  })

  test('warns of two planted levels in an even category, not of a category whose levels differ gradually', () => {
    const planted = categoryColumn(
      [...target].map((y) => {
        const odd = random.next() < (y === 1 ? 0.3 : 0.03)
        return odd ? ['chess', 'cross-fit'][random.integer(2)]! : `hobby ${String(random.integer(18))}`
      }),
    )
    const gradualLevel = (label: number): string => {
      for (;;) {
        const level = random.integer(12)
        const rate = 0.08 + 0.025 * level
        if (random.next() < (label === 1 ? rate : 1 - rate)) return `region ${String(level)}`
      }
    }
    const gradual = categoryColumn([...target].map(gradualLevel))
    expect(scan({ noise, planted, gradual }, target)).toEqual(['warning suspicious_single_feature planted'])
  })
})

describe('row_order', () => {
  const rows = 4_000
  const random = createRandom(5)
  const drifting = Uint8Array.from({ length: rows }, (_, i) =>
    random.next() < (i < 800 ? 0.6 : 0.1) ? 1 : 0,
  )
  const rising = numberColumn(Array.from({ length: rows }, (_, i) => i + random.next() / 2))
  const year = numberColumn(Array.from({ length: rows }, (_, i) => 2020 + Math.floor(i / 1_400)))

  test('warns of ordered labels, blocks what numbers the rows, warns of a calendar', () => {
    expect(scan({ rising, year }, drifting)).toEqual([
      'block row_order rising',
      'warning row_order (rows)',
      'warning row_order year',
    ])
  })

  test('only warns of a counter when the order alone tells nothing', () => {
    expect(scan({ rising, year }, labels(rows, 0.2, 6))).toEqual(['warning row_order rising'])
  })

  test('an honest amount by which the file is sorted only warns', () => {
    const amounts = Float64Array.from({ length: rows }, () => Math.exp(8 + random.normal())).sort()
    const tellsLabel = amounts.map((amount) => (random.next() < Math.min(0.9, amount / 15_000) ? 1 : 0))
    expect(scan({ amount: numberColumn(amounts) }, Uint8Array.from(tellsLabel))).toContain(
      'warning row_order amount',
    )
    expect(scan({ amount: numberColumn(amounts) }, Uint8Array.from(tellsLabel)).join()).not.toContain('block')
  })

  test('a saw tooth is no counter', () => {
    const hour = numberColumn(Array.from({ length: rows }, (_, i) => i % 500))
    expect(scan({ hour }, drifting)).toEqual(['warning row_order (rows)'])
  })
})

test('pure noise raises no finding in 60 data sets of 1,000 rows', () => {
  const found: string[] = []
  for (let seed = 0; seed < 60; seed++) {
    const random = createRandom(100 + seed)
    const rows = 1_000
    const columns: Record<string, FrameColumn> = {}
    for (let j = 0; j < 6; j++) {
      columns[`number_${String(j)}`] = numberColumn(Array.from({ length: rows }, () => random.normal()))
      columns[`level_${String(j)}`] = categoryColumn(
        Array.from({ length: rows }, () => `v${String(random.integer(3 + j * 8))}`),
      )
    }
    const rate = [0.02, 0.05, 0.25, 0.5][seed % 4]!
    found.push(...scan(columns, labels(rows, rate, seed)))
  }
  expect(found).toEqual([])
})

test('too few rows or positives give no statistics but names', () => {
  const settlement_amount = numberColumn([1, 2, 3, 4])
  expect(scan({ settlement_amount }, Uint8Array.from([0, 1, 0, 1]))).toEqual([
    'block post_outcome_name settlement_amount',
  ])
})

describe('what statistics need', () => {
  const found = (rows: number, positives: number): string[] => {
    const target = Uint8Array.from({ length: rows }, (_, i) => (i < positives ? 1 : 0))
    const colour = categoryColumn([...target].map((y) => (y === 1 ? 'red' : 'blue')))
    return scan({ colour }, target).filter((finding) => finding.endsWith('colour'))
  }

  test('fifty rows, ten of them positive and ten negative', () => {
    expect(found(50, 25)).toEqual(['block suspicious_single_feature colour'])
    expect(found(49, 25)).toEqual([])
    expect(found(100, 10)).toEqual(['block suspicious_single_feature colour'])
    expect(found(100, 9)).toEqual([])
    expect(found(100, 90)).toEqual(['block suspicious_single_feature colour'])
    expect(found(100, 91)).toEqual([])
  })

  test('a feature that the frame holds and that is not the label', () => {
    const target = Uint8Array.from({ length: 100 }, (_, i) => i % 2)
    const colour = categoryColumn([...target].map((y) => (y === 1 ? 'red' : 'blue')))
    expect(scan({ colour }, target, { labelColumn: 'colour' })).toEqual([])
    const findings = scanLeakage({
      frame: Frame.fromColumns({ noise: numberColumn([...target].map((_, i) => (i * 7) % 11)) }),
      target,
      columns: declare({ colour }),
      labelColumn: 'label',
      seed: 1,
    })
    expect(findings).toEqual([])
  })
})

test('evidence of planted levels: their rows and rates beside those of the rest', () => {
  const levels = Array.from({ length: 1_200 }, (_, i) => `l${String(i % 12)}`)
  // 80 of the 100 rows of l0, 10 of each other hundred.
  const target = Uint8Array.from(levels, (level, i) =>
    Math.floor(i / 12) < (level === 'l0' ? 80 : 10) ? 1 : 0,
  )
  const place = categoryColumn(levels)
  const findings = scanLeakage({
    frame: Frame.fromColumns({ place }),
    target,
    columns: declare({ place }),
    labelColumn: 'label',
    seed: 1,
  }).filter(({ column }) => column === 'place')
  expect(findings).toMatchObject([
    {
      severity: 'warning',
      evidence: {
        levels: 'l0',
        rows: 100,
        positive_rate: 0.8,
        positive_rate_of_rest: 0.1,
        deviance_share: 1,
      },
    },
  ])
})

test('the same seed gives the same findings', () => {
  const random = createRandom(9)
  const target = labels(1_000, 0.3, 9)
  const signal = numberColumn([...target].map((y) => y + random.normal() * 0.4))
  const input = {
    frame: Frame.fromColumns({ signal }),
    target,
    columns: declare({ signal }),
    labelColumn: 'y',
    seed: 1,
  }
  expect(scanLeakage(input)).toEqual(scanLeakage(input))
  expect(scanLeakage(input)).toHaveLength(1)
})

test('a target of another length is refused', () => {
  const x = numberColumn([1, 2])
  expect(() => scan({ x }, new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'length_mismatch' }))
})
