import { describe, expect, test } from '@jest/globals'
import { columnSchema, parseBlueprint } from '@claims/contracts'
import {
  defaultCandidates,
  defaultSteps,
  generateClaims,
  inferBlueprint,
  scanTable,
  typedFrame,
  writeClaims,
  type InferBlueprintOptions,
} from '../src/index.ts'
import { manyLevels } from '../src/default-steps.ts'
import { columnWords, nameHints } from '../src/column-words.ts'
import { publicData, testOnPublicData } from '@claims/public-data'
import { temporaryFolder } from './temporary-folder.ts'

type Inferred = ReturnType<typeof inferBlueprint>

function roles({ blueprint }: Inferred): Record<string, string> {
  return Object.fromEntries(blueprint.columns.map(({ name, role }) => [name, role]))
}

async function inferText(contents: string, options: InferBlueprintOptions): Promise<Inferred> {
  await using folder = await temporaryFolder()
  return inferBlueprint(await scanTable(await folder.write('My claims 2024.csv', contents)), options)
}

/** A table of 120 rows: column name to cell of row i. */
function table(columns: Record<string, (i: number) => string | number>): string {
  const names = Object.keys(columns)
  const rows = Array.from({ length: 120 }, (_, i) => names.map((name) => String(columns[name]!(i))).join(','))
  return [names.join(','), ...rows].join('\n')
}

const label = (i: number): string => (i % 4 === 0 ? 'Y' : 'N')

describe('inferBlueprint', () => {
  test('guesses roles and types, says why, and is a valid blueprint', async () => {
    const result = await inferText(
      table({
        claim_no: (i) => `C${String(i)}`,
        row: (i) => i + 1,
        zip: (i) => `0${String(1000 + i)}`,
        amount: (i) => (i === 5 ? 'NA' : (i * 37.5).toFixed(2)),
        visits: (i) => i % 3,
        kind: (i) => ['auto', 'home', '?'][i % 3]!,
        city: (i) => `city ${String(i % 30)}`,
        Gender: (i) => 'MF'[i % 2]!,
        reported_on: (i) => `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
        notes: (i) => `the car number ${String(i)} was hit from behind near the old bridge`,
        claim_status: (i) => ['open', 'closed'][i % 2]!,
        fraud: label,
        fraud_scenario: (i) => i % 4,
        source: () => 'web',
        empty: () => '',
      }),
      { label: 'fraud' },
    )
    expect(roles(result)).toEqual({
      claim_no: 'id',
      row: 'ignored',
      zip: 'ignored',
      amount: 'numeric',
      visits: 'numeric',
      kind: 'categorical',
      city: 'categorical',
      Gender: 'sensitive',
      reported_on: 'date',
      notes: 'text',
      claim_status: 'post_outcome',
      fraud: 'label',
      fraud_scenario: 'post_outcome',
      source: 'ignored',
      empty: 'ignored',
    })
    const { blueprint, notes } = result
    expect(parseBlueprint(JSON.parse(JSON.stringify(blueprint)))).toEqual(blueprint)
    expect(blueprint).toMatchObject({
      name: 'my-claims-2024',
      origin: 'inferred',
      label: { column: 'fraud', positive: 'Y', negative: 'N' },
      split: { kind: 'stratified' },
      unique_keys: [['claim_no']],
      costs: null,
      fairness: { columns: ['Gender'] },
    })
    const column = (name: string) => blueprint.columns.find((candidate) => candidate.name === name)
    expect(column('amount')).toMatchObject({ type: 'number', required: false, missing_tokens: ['NA'] })
    expect(column('visits')).toMatchObject({ type: 'number', required: true })
    expect(column('kind')).toMatchObject({ required: false, missing_tokens: ['?'] })
    expect(column('claim_no')).toMatchObject({ required: false, type: 'text' })
    const reason = (name: string) => notes.find((note) => note.column === name)?.reason
    expect(notes.map((note) => note.column)).toEqual(blueprint.columns.map(({ name }) => name))
    expect(reason('claim_no')).toBe('unique in every row')
    expect(reason('row')).toMatch(/^unique in every row, counting up/)
    expect(reason('source')).toBe('constant: every filled cell is "web"')
    expect(reason('empty')).toBe('every cell is missing')
    expect(reason('kind')).toBe('2 distinct values; "?" (40) read as missing')
    expect(blueprint.steps).toEqual([
      {
        kind: 'date_parts',
        parameters: { columns: ['reported_on'], parts: ['month', 'day_of_week', 'day'] },
      },
      { kind: 'text_length', parameters: { column: 'notes', output: 'notes_words' } },
      { kind: 'tf_idf', parameters: { column: 'notes', maximum_features: 50, minimum_document_count: 10 } },
      { kind: 'rare_levels', parameters: { columns: ['kind', 'city'], minimum_share: 0.005 } },
      { kind: 'target_encode', parameters: { columns: ['city'], smoothing: 20 } },
      { kind: 'one_hot', parameters: { columns: ['kind'] } },
    ])
  })

  test('named columns get their roles', async () => {
    const contents = table({
      a: (i) => i * 2,
      who: (i) => i % 9,
      when: (i) => `2024-02-${String((i % 28) + 1).padStart(2, '0')}`,
      start: () => '2023-01-01',
      x: (i) => i / 7,
      y: label,
    })
    const result = await inferText(contents.replace('2023-01-01', '2023-01-02'), {
      label: 'y',
      id: 'a',
      entity: 'who',
      time: 'when',
      name: 'mine',
    })
    expect(roles(result)).toEqual({
      a: 'id',
      who: 'entity',
      when: 'event_time',
      start: 'date',
      x: 'numeric',
      y: 'label',
    })
    expect(result.blueprint.split.kind).toBe('grouped')
    expect(result.blueprint.name).toBe('mine')
    expect(result.blueprint.steps[0]).toEqual({
      kind: 'days_between',
      parameters: { from: 'start', to: 'when', output: 'start_to_when_days' },
    })
  })

  test.each([
    ['0/1', (i: number) => i % 2, undefined, { positive: 1, negative: 0 }],
    ['true/false', (i: number) => String(i % 3 === 0), undefined, { positive: 'true', negative: 'false' }],
    [
      'the rarer of two',
      (i: number) => (i % 4 === 0 ? 'A' : 'B'),
      undefined,
      { positive: 'A', negative: 'B' },
    ],
    ['one of two numbers', (i: number) => (i % 4 === 0 ? 7 : 5), '7', { positive: 7, negative: 5 }],
    ['a predicate', (i: number) => i % 3, '>0', { positive: { greater_than: 0 } }],
    ['a predicate with a space', (i: number) => i * 1.5, '> 10', { positive: { greater_than: 10 } }],
  ])('positive class: %s', async (_, of, positive, want) => {
    const { blueprint } = await inferText(table({ x: (i) => i / 3, y: of }), {
      label: 'y',
      ...(positive === undefined ? {} : { positive }),
    })
    expect(blueprint.label).toEqual({ column: 'y', maturity_days: 0, missing: [], ...want })
  })

  test.each([
    ['label_absent', { label: 'frad' }, /"frad" is absent; did you mean "fraud"\?/],
    ['label_single_class', { label: 'same' }, /only the value 1/],
    ['label_single_class', { label: 'three', positive: '>5' }, /never changes at >5/],
    [
      'label_invalid',
      { label: 'three' },
      /3 values \(0 \(40\), 1 \(40\), 2 \(40\)\) and no positive one was named/,
    ],
    ['label_invalid', { label: 'fraud', positive: 'yes' }, /never is "yes"/],
    ['label_invalid', { label: 'fraud', positive: '>0' }, /is not a number/],
    ['unknown_column', { label: 'fraud', entity: 'customr' }, /no column "customr"/],
    ['invalid_parameter', { label: 'fraud', time: 'three' }, /does not hold dates/],
    ['invalid_parameter', { label: 'fraud', id: 'fraud' }, /is the label/],
    ['invalid_parameter', { label: 'fraud', id: 'three', time: 'three' }, /is the id/],
  ])('%s: %j', async (code, options, message) => {
    const contents = table({ customer: (i) => i % 5, same: () => 1, three: (i) => i % 3, fraud: label })
    await expect(inferText(contents, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    })
  })

  test('generated claims come out as they are meant', async () => {
    await using folder = await temporaryFolder()
    await writeClaims(folder.path('claims.csv.gz'), generateClaims({ rows: 2000, seed: 5 }))
    const raw = await scanTable(folder.path('claims.csv.gz'))
    const result = inferBlueprint(raw, { label: 'is_high_risk', time: 'claim_date', entity: 'customer_id' })
    expect(roles(result)).toMatchObject({
      claim_id: 'id',
      customer_id: 'entity',
      policy_id: 'ignored',
      claim_amount: 'numeric',
      claim_date: 'event_time',
      claim_description: 'text',
      location: 'categorical',
      policy_start_date: 'date',
      customer_gender: 'sensitive',
      is_high_risk: 'label',
    })
    const { findings } = typedFrame(raw, { columns: result.blueprint.columns, requireLabel: true })
    expect(findings).toEqual([])
  })

  testOnPublicData(
    'vehicle_claim_fraud: PolicyNumber is no feature',
    'vehicle_claim_fraud/fraud_oracle.csv.gz',
    async () => {
      const result = inferBlueprint(await scanTable(publicData('vehicle_claim_fraud/fraud_oracle.csv.gz')), {
        label: 'FraudFound_P',
        positive: '1',
      })
      expect(roles(result)).toMatchObject({
        PolicyNumber: 'id',
        Sex: 'sensitive',
        MaritalStatus: 'categorical',
        Age: 'numeric',
        Year: 'numeric',
        RepNumber: 'numeric',
      })
      expect(result.notes.find(({ column }) => column === 'PolicyNumber')?.reason).toMatch(
        /^unique in every row/,
      )
    },
  )

  testOnPublicData(
    'auto_insurance_claims, fremtpl2 and card_fraud_handbook',
    ['auto_insurance_claims/insurance_claims.csv', 'fremtpl2/freMTPL2freq.csv.gz'],
    async () => {
      const auto = inferBlueprint(await scanTable(publicData('auto_insurance_claims/insurance_claims.csv')), {
        label: 'fraud_reported',
      })
      expect(auto.blueprint.label).toMatchObject({ positive: 'Y', negative: 'N' })
      expect(roles(auto)).toMatchObject({
        policy_number: 'id',
        incident_location: 'ignored',
        _c39: 'ignored',
        insured_zip: 'ignored',
        insured_sex: 'sensitive',
        incident_date: 'date',
        collision_type: 'categorical',
      })
      const motor = inferBlueprint(await scanTable(publicData('fremtpl2/freMTPL2freq.csv.gz')), {
        label: 'ClaimNb',
        positive: '>0',
      })
      expect(roles(motor)).toMatchObject({
        IDpol: 'id',
        Exposure: 'numeric',
        Area: 'categorical',
        ClaimNb: 'label',
      })
    },
  )
})

describe('names of columns', () => {
  test('are split into words', () => {
    expect(columnWords('insuredSex')).toEqual(['insured', 'sex'])
    expect(columnWords('TX_FRAUD_SCENARIO')).toEqual(['tx', 'fraud', 'scenario'])
    expect(columnWords('default.payment.next.month')).toEqual(['default', 'payment', 'next', 'month'])
  })

  test.each([
    'claim_status',
    'PaymentDate',
    'settlement_amount',
    'fraud_reported',
    'TX_FRAUD_SCENARIO',
    'closed_at',
    'UltimateIncurredClaimCost',
  ])('%s is known after the outcome', (name) => {
    expect(nameHints(name, 'TX_FRAUD').later).toBe(true)
  })

  test.each([
    'InitialIncurredCalimsCost',
    'claim_date',
    'previous_status_changes',
    'paid_premium',
    'marital_status',
    'default_rate',
  ])('%s is not taken for that', (name) => {
    expect(nameHints(name, 'is_high_risk').later).toBe(false)
  })
})

test('with many rows trees take fewer, larger steps from all rows, and fewer levels have a column each', () => {
  const parametersOf = (rows: number): unknown =>
    defaultCandidates(rows).find(({ name }) => name === 'xgboost')?.parameters
  expect(parametersOf(200_000)).toMatchObject({ rounds: 300, eta: 0.06, subsample: 0.8 })
  expect(parametersOf(200_001)).toEqual({
    rounds: 65,
    eta: 0.2,
    max_depth: 6,
    min_child_weight: 2,
    early_stopping_rounds: null,
  })
  expect(defaultCandidates(200_000).map(({ name }) => name)).toContain('xgboost_shallow')
  expect(defaultCandidates(200_001).map(({ name }) => name)).not.toContain('xgboost_shallow')
  expect([manyLevels(200_000), manyLevels(200_001)]).toEqual([25, 10])
})

test('what many rows alone choose is said: how trees learn, and which category is encoded by the label', async () => {
  const reasonOf = async (rows: number): Promise<string | undefined> => {
    const lines = Array.from({ length: rows }, (_, i) => `${label(i)},b${String(i % 15)},k${String(i % 4)}`)
    const { notes, blueprint } = await inferText(['fraud,brand,kind', ...lines].join('\n'), {
      label: 'fraud',
    })
    const kinds = blueprint.steps.map(({ kind }) => kind)
    expect(kinds.includes('target_encode')).toBe(rows > 200_000)
    expect(blueprint.description.includes('Above 200,000 rows trees learn in 65 large steps')).toBe(
      rows > 200_000,
    )
    expect(notes.find(({ column }) => column === 'kind')?.reason).not.toContain('many rows')
    return notes.find(({ column }) => column === 'brand')?.reason
  }
  expect(await reasonOf(2000)).not.toContain('many rows')
  expect(await reasonOf(200_001)).toContain("encoded by the label's rate, because of the many rows")
})

test('defaultSteps of numbers only is nothing', () => {
  expect(
    defaultSteps([columnSchema.parse({ name: 'a', role: 'numeric', type: 'number' })], { manyLevels: [] }),
  ).toEqual([])
})

describe('what almost is something else', () => {
  const reasonOf = ({ notes }: Inferred, name: string): string =>
    notes.find(({ column }) => column === name)?.reason ?? ''

  test('is said with examples and the way on, and never called an identifier', async () => {
    const result = await inferText(
      table({
        amount: (i) => (i % 10 < 7 ? (i * 1.5).toFixed(2) : ['none yet', 'see file', 'tbd'][i % 3]!),
        mixed: (i) => (i % 2 === 0 ? `"${String(i)},5"` : `${String(i)}.75`),
        clock: (i) => `${String(i % 24)}:${String((i * 7) % 60).padStart(2, '0')}`,
        answer: (i) => (i === 5 ? 'perhaps' : i % 2 === 0 ? 'yes' : 'no'),
        y: label,
      }),
      { label: 'y' },
    )
    const said = Object.fromEntries(result.warnings.map((warning) => [warning.field, warning]))
    expect(said['amount']).toMatchObject({ code: 'near_miss', severity: 'warning', rows: 36, share: 0.3 })
    expect(said['amount']?.problem).toMatch(
      /^looks like numbers, but 36 of 120 cells .*"see file", .*missing_tokens/,
    )
    expect(said['mixed']?.problem).toMatch(/^looks like numbers/)
    expect(said['clock']?.problem).toMatch(
      /^looks like dates or times in a form that is not read, .*date_format/,
    )
    expect(said['answer']?.problem).toMatch(/^looks like true and false, but for 1 cells, such as "perhaps"/)
    expect(roles(result)).toMatchObject({ amount: 'ignored', mixed: 'ignored', answer: 'categorical' })
    for (const { reason } of result.notes) expect(reason).not.toMatch(/identifier/)
    expect(reasonOf(result, 'amount')).toMatch(/looks like numbers/)
    expect(result.notes.slice(0, 4).map(({ column }) => column)).toEqual(
      result.warnings.map(({ field }) => field),
    )
  })

  test('codes that repeat are categories, whatever their name; those that are nearly unique are left out', async () => {
    const result = await inferText(
      table({
        x: (i) => i / 7,
        product_code: (i) => 1000 + (i % 55),
        diagnosis_code: (i) => `D${String(i % 55)}.1`,
        house_number: (i) => i + 1000 - (i % 4 === 3 ? 1 : 0),
        customer_no: (i) => i % 55,
        y: label,
      }),
      { label: 'y' },
    )
    expect(roles(result)).toMatchObject({
      product_code: 'categorical',
      diagnosis_code: 'categorical',
      house_number: 'ignored',
      customer_no: 'ignored',
    })
  })

  test('levels that differ by case only are a warning', async () => {
    const result = await inferText(
      table({ x: (i) => i / 7, kind: (i) => ['auto', 'AUTO', 'home'][i % 3]!, y: label }),
      { label: 'y' },
    )
    expect(result.warnings).toMatchObject([
      { field: 'kind', code: 'levels_differ_by_case', rows: 80, examples: ['auto (40), AUTO (40)'] },
    ])
    expect(reasonOf(result, 'kind')).toMatch(/differ by case only/)
  })

  test('a truth pair is one boolean whatever its spelling', async () => {
    const result = await inferText(
      table({
        x: (i) => i / 7,
        open: (i) => ['True', 'false', 'TRUE', 'F'][i % 4]!,
        one: (i) => i % 2,
        sex: (i) => ['F', 'M'][i % 2]!,
        y: label,
      }),
      { label: 'y' },
    )
    const types = Object.fromEntries(
      result.blueprint.columns.map(({ name, role, type }) => [name, `${role} ${type}`]),
    )
    expect(types).toMatchObject({
      open: 'categorical boolean',
      one: 'numeric number',
      sex: 'sensitive category',
    })
  })

  test('the one word beside dates is missing, and padded or composed levels are one', async () => {
    const result = await inferText(
      table({
        x: (i) => i / 7,
        sap: (i) => (i % 3 === 0 ? '00.00.0000' : `${String((i % 15) + 13)}.01.2024`),
        bins: (i) => ['0', '1', '2', '3+'][i % 4]!,
        long: (i) => `123456789012345678${String((i % 9) + 10)}`,
        closed: (i) => (i % 3 === 0 ? 'never' : `2024-01-${String((i % 28) + 1).padStart(2, '0')}`),
        city: (i) => ['Québec', ' Que\u0301bec', 'Lyon '][i % 3]!,
        y: label,
      }),
      { label: 'y' },
    )
    expect(result.blueprint.columns.find(({ name }) => name === 'closed')).toMatchObject({
      type: 'timestamp',
      missing_tokens: ['never'],
    })
    expect(result.blueprint.columns.find(({ name }) => name === 'sap')).toMatchObject({
      date_format: 'dmy',
      missing_tokens: ['00.00.0000'],
    })
    expect(roles(result)).toMatchObject({ bins: 'categorical', long: 'categorical' })
    expect(reasonOf(result, 'city')).toBe('2 distinct values')
  })

  test('what settles an ambiguity is kept in the blueprint as a default', async () => {
    const contents = table({
      x: (i) => i + 0.5,
      amount: (i) => `"${String((i % 9) + 1)},${String(100 + i)}"`,
      day: (i) => `0${String((i % 9) + 1)}/0${String((i % 7) + 1)}/2023`,
      y: label,
    })
    expect(roles(await inferText(contents, { label: 'y' }))).toMatchObject({
      amount: 'ignored',
      day: 'ignored',
    })
    const { blueprint } = await inferText(contents, { label: 'y', decimal: 'comma', dates: 'dmy' })
    expect(blueprint.reading).toEqual({ decimal: 'comma', dates: 'dmy' })
    const column = (name: string) => blueprint.columns.find((candidate) => candidate.name === name)
    expect(column('amount')?.number_format).toMatchObject({ decimal: 'comma' })
    expect(column('x')?.number_format).toMatchObject({ decimal: 'point' })
    expect(column('day')?.date_format).toBe('dmy')
  })

  test('rows whose outcome is not known are counted and left out', async () => {
    const result = await inferText(
      table({ x: (i) => i / 7, y: (i) => ['yes', 'no', 'None', '', 'Unknown', 'YES '][i % 6]! }),
      { label: 'y' },
    )
    expect(result.blueprint.label).toMatchObject({
      positive: 'yes',
      negative: 'no',
      missing: ['None', 'Unknown'],
    })
    expect(result.warnings).toMatchObject([{ field: 'y', code: 'label_missing', rows: 60, share: 0.5 }])
  })
})

test('outputs that default steps name avoid the names of columns', () => {
  const columns = ['note', 'note_words', 'note_words_2'].map((name) =>
    columnSchema.parse({ name, role: name === 'note' ? 'text' : 'ignored', type: 'text' }),
  )
  expect(defaultSteps(columns, { manyLevels: [] })[0]).toEqual({
    kind: 'text_length',
    parameters: { column: 'note', output: 'note_words_3' },
  })
})
