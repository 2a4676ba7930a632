import { describe, expect, test } from '@jest/globals'
import { autoFraud, blueprints } from '@claims/blueprints'
import { createRandom, frameFromRows, type Frame, type Row } from '@claims/frame'
import { readData } from '@claims/ingestion'
import { publicData, testOnPublicData } from '@claims/public-data'
import { createSteps, fitSteps } from '@claims/preprocessing'
import { stepDefinitions } from '@claims/scoring'

/** The blueprint's own steps up to its hour bins, fitted on and applied to the rows. */
function featuresOf(frame: Frame): Frame {
  const last = autoFraud.steps.findIndex(({ kind }) => kind === 'bins')
  const context = {
    roles: new Map(autoFraud.columns.map(({ name, role }) => [name, role] as const)),
    random: createRandom(1),
  }
  return fitSteps(stepDefinitions, autoFraud.steps.slice(0, last + 1), {
    frame,
    target: new Uint8Array(frame.rows),
    context,
  }).frame
}

const types = {
  incident_hour_of_the_day: 'number',
  injury_claim: 'number',
  property_claim: 'number',
  vehicle_claim: 'number',
  total_claim_amount: 'number',
  policy_annual_premium: 'number',
  policy_deductable: 'number',
  'capital-gains': 'number',
  'capital-loss': 'number',
  policy_bind_date: 'timestamp',
  incident_date: 'timestamp',
  auto_year: 'number',
} as const

// The first row of the insurance data.
const claim = {
  incident_hour_of_the_day: 5,
  injury_claim: 6510,
  property_claim: 13020,
  vehicle_claim: 52080,
  total_claim_amount: 71610,
  policy_annual_premium: 1406.91,
  policy_deductable: 1000,
  'capital-gains': 53300,
  'capital-loss': 0,
  policy_bind_date: '2014-10-17',
  incident_date: '2015-01-25',
  auto_year: 2004,
}

describe('the features of auto-fraud', () => {
  test('hours 0-6 are night, 7-12 morning, 13-18 afternoon, 19-23 evening', () => {
    const frame = frameFromRows(
      Array.from({ length: 24 }, (_, hour) => ({ ...claim, incident_hour_of_the_day: hour })),
      types,
    )
    const bins = featuresOf(frame)
      .toRows()
      .map((row) => row['incident_hour_bin'])
    const named = (hours: number, bin: string): string[] => Array.from({ length: hours }, () => bin)
    expect(bins).toEqual([
      ...named(7, 'night'),
      ...named(6, 'morning'),
      ...named(6, 'afternoon'),
      ...named(5, 'evening'),
    ])
  })

  test('of one claim', () => {
    const row: Row | undefined = featuresOf(frameFromRows([claim, claim], types)).toRows()[0]
    expect(row).toMatchObject({
      capital_net: 53300,
      days_from_bind_to_incident: 100,
      vehicle_age: 11,
      incident_hour_bin: 'night',
    })
    const close: Record<string, number> = {
      injury_share: 6510 / 71610,
      property_share: 13020 / 71610,
      vehicle_share: 52080 / 71610,
      claim_to_premium: 71610 / 1406.91,
      deductible_to_premium: 1000 / 1406.91,
    }
    for (const [name, value] of Object.entries(close)) expect(row?.[name]).toBeCloseTo(value, 12)
  })
})

test.each([...blueprints])('every step of %s has valid parameters', (_, { steps }) => {
  expect(createSteps(stepDefinitions, steps)).toHaveLength(steps.length)
})

const path = publicData('auto_insurance_claims/insurance_claims.csv')

testOnPublicData('the real rows are read as the reference describes them', path, async () => {
  const { frame } = await readData(path, { columns: autoFraud.columns })
  const rows = frame.toRows()
  expect(rows).toHaveLength(1000)
  const range = (name: string): [number, number] => {
    const values = frame.number(name)
    return [Math.min(...values), Math.max(...values)]
  }
  expect(
    Object.fromEntries(
      [
        'months_as_customer',
        'age',
        'total_claim_amount',
        'injury_claim',
        'property_claim',
        'vehicle_claim',
        'auto_year',
        'number_of_vehicles_involved',
        'bodily_injuries',
        'witnesses',
      ].map((name) => [name, range(name)]),
    ),
  ).toEqual({
    months_as_customer: [0, 479],
    age: [19, 64],
    total_claim_amount: [100, 114_920],
    injury_claim: [0, 21_450],
    property_claim: [0, 23_670],
    vehicle_claim: [70, 79_560],
    auto_year: [1995, 2015],
    number_of_vehicles_involved: [1, 4],
    bodily_injuries: [0, 2],
    witnesses: [0, 3],
  })
  const fraudRate = (name: string, level: string): number => {
    const of = rows.filter((row) => row[name] === level)
    return of.filter((row) => row['fraud_reported'] === 'Y').length / of.length
  }
  const rates: [string, string, number][] = [
    ['incident_severity', 'Major Damage', 0.605],
    ['incident_severity', 'Total Loss', 0.129],
    ['incident_severity', 'Minor Damage', 0.107],
    ['incident_severity', 'Trivial Damage', 0.067],
    ['insured_hobbies', 'chess', 0.826],
    ['insured_hobbies', 'cross-fit', 0.743],
    ['incident_type', 'Single Vehicle Collision', 0.29],
    ['incident_type', 'Multi-vehicle Collision', 0.272],
    ['incident_type', 'Parked Car', 0.095],
    ['incident_type', 'Vehicle Theft', 0.085],
  ]
  for (const [name, level, rate] of rates) expect(fraudRate(name, level)).toBeCloseTo(rate, 3)
  const levels = (name: string): string[] =>
    [...new Set(rows.flatMap((row) => (row[name] === null ? [] : [String(row[name])])))].sort()
  expect(levels('collision_type')).toEqual(['Front Collision', 'Rear Collision', 'Side Collision'])
  expect(levels('property_damage')).toEqual(['NO', 'YES'])
  expect(levels('police_report_available')).toEqual(['NO', 'YES'])
  expect(levels('authorities_contacted')).toEqual(['Ambulance', 'Fire', 'None', 'Other', 'Police'])
  expect(levels('insured_hobbies')).toHaveLength(20)
  expect(levels('insured_occupation')).toHaveLength(14)
  expect(levels('auto_make')).toHaveLength(14)
  expect(levels('insured_education_level')).toEqual([
    'Associate',
    'College',
    'High School',
    'JD',
    'MD',
    'Masters',
    'PhD',
  ])
})
