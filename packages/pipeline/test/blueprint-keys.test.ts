import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  blueprintSchema,
  ClaimsError,
  parseBlueprint,
  type Blueprint,
  type BlueprintInput,
} from '@claims/contracts'
import { createRandom } from '@claims/frame'
import { z } from 'zod'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { checkFile, train } from '../src/index.ts'
import { temporaryFolder, type Folder } from './small-data.ts'

/*
 * Every key that a blueprint accepts has a reader: for each leaf of its schema two runs on a tiny file that differ in
 * that key alone, and an output that differs.
 */

type Written = Record<string, unknown>
type Change = (blueprint: Written) => void
/** What is looked at in a run: the outcome of a check, or a part of what training leaves. */
type Look =
  | 'check'
  | 'evaluation'
  | 'split'
  | 'policy'
  | 'manifest'
  | 'features'
  | 'reasons'
  | 'report'
  | 'card'
  | 'fairness'

const header = 'id,customer,when,amount,town,price,rate,fee,day,gap,tenure_years,plain,paid,y'
const rows = 240

/** Rows with every way of writing that a blueprint can name. */
function lines(): string[] {
  const random = createRandom(2)
  return Array.from({ length: rows }, (_, i) => {
    const amount = Math.round(1000 * random.next())
    const late = random.next() < 1 / (1 + Math.exp(-(amount - 700) / 120))
    const label = i % 60 === 7 ? 'open' : late ? 'yes' : 'no'
    const cells = [
      i === 9 ? 'R8' : `R${String(i)}`,
      `C${String(i % 80)}`,
      new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10),
      i === 5 ? '' : amount,
      ['Bern', 'Zürich', 'Basel'][i % 3],
      `"1.${String(100 + (i % 90))},5"`,
      `${String(i % 30)}%`,
      `EUR ${String(i % 7)}`,
      `0${String(1 + (i % 9))}/0${String(1 + (i % 8))}/2024`,
      i % 2 === 0 ? -1 : i % 50,
      i % 12,
      (i % 11) + 0.5,
      late ? 900 + i : i % 5,
      label,
    ]
    return cells.join(',')
  })
}

const base: BlueprintInput = {
  format_version: 1,
  name: 'keys',
  columns: [
    { name: 'id', role: 'id', type: 'text' },
    { name: 'customer', role: 'entity', type: 'text' },
    { name: 'when', role: 'event_time', type: 'timestamp' },
    { name: 'amount', role: 'numeric', type: 'number' },
    { name: 'town', role: 'categorical', type: 'category' },
    {
      name: 'price',
      role: 'numeric',
      type: 'number',
      number_format: { decimal: 'comma', grouping: 'point' },
    },
    { name: 'rate', role: 'numeric', type: 'number', number_format: { percent: true } },
    { name: 'fee', role: 'numeric', type: 'number', number_format: { currency: 'EUR' } },
    { name: 'day', role: 'date', type: 'timestamp', date_format: 'dmy' },
    { name: 'gap', role: 'numeric', type: 'number', missing_tokens: ['-1'] },
    {
      name: 'tenure',
      role: 'numeric',
      type: 'number',
      maximum: 132,
      aliases: [{ name: 'tenure_years', multiply: 12 }],
    },
    { name: 'plain', role: 'numeric', type: 'number' },
    { name: 'paid', role: 'ignored', type: 'number' },
    { name: 'y', role: 'label', type: 'category' },
  ],
  label: { column: 'y', positive: 'yes', negative: 'no', missing: ['open'] },
  split: { kind: 'stratified', test_share: 0.25, folds: 3 },
  quality: { minimum_score: 0, maximum_null_share: 1, maximum_duplicate_share: 1 },
  steps: [
    { kind: 'one_hot', parameters: { columns: ['town'] } },
    { kind: 'date_parts', parameters: { columns: ['day'], parts: ['month'] } },
  ],
  candidates: [{ name: 'line', kind: 'logistic_regression' }],
  costs: { currency: 'EUR', false_negative: 900, false_positive: 40, manual_review: 30 },
}

let folder: Folder
let file: string
beforeAll(async () => {
  folder = await temporaryFolder()
  file = folder.at('rows.csv')
  await writeFile(file, [header, ...lines(), ''].join('\n'))
})
afterAll(() => folder.remove())

const runs = new Map<string, Promise<unknown>>()
let made = 0

/** The looked at output of a run, or the error that stops it. */
async function outcome(written: Written, look: Look): Promise<unknown> {
  try {
    const blueprint = parseBlueprint(written)
    if (look === 'check') {
      const { validation, leakage, passed } = await checkFile(file, blueprint, { seed: 1, now: now() })
      return { validation, leakage, passed }
    }
    const key = JSON.stringify(blueprint)
    if (!runs.has(key)) runs.set(key, trained(blueprint))
    return z.record(z.string(), z.unknown()).parse(await runs.get(key))[look]
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    return { error: error.code, message: error.message }
  }
}

const now = (): Date => new Date('2026-01-15T00:00:00Z')

async function trained(blueprint: Blueprint): Promise<Record<Look, unknown>> {
  const out = folder.at(`bundle-${String(made++)}`)
  const {
    evaluation,
    manifest,
    blueprint: used,
  } = await train({
    data: file,
    by: { blueprint },
    out,
    seed: 1,
    threads: 1,
    clock: () => now().getTime(),
  })
  const scorer = await loadScorer(await openBundle(out), { threads: 1 })
  const record = { id: 'a', when: '2025-03-01', amount: 930, town: 'Bern', rate: 3, plain: 4.5 }
  const scored = scorer.scoreRecords([record], { reasons: 3 })
  scorer.dispose()
  const { candidates, test: tested, cost, selection, label_maturity: maturity, rows: used_rows } = evaluation
  return {
    check: null,
    evaluation: {
      candidates: candidates.map(({ fit_seconds: _, ...each }) => each),
      test: tested,
      cost,
      selection,
      maturity,
      used_rows,
      columns: used.columns.map(({ role }) => role),
    },
    split: [evaluation.split, evaluation.out_of_time?.rows],
    policy: JSON.parse(await readFile(`${out}/policy.json`, 'utf8')),
    manifest: { name: manifest.name, schema: manifest.input_schema, model: manifest.model },
    features: manifest.features,
    reasons: scored.map((row) => (row.ok ? row.factors : row)),
    report: await readFile(`${out}/report.html`, 'utf8'),
    card: await readFile(`${out}/model-card.md`, 'utf8'),
    fairness: evaluation.fairness,
  }
}

type Part = Record<string, unknown>
const part = (value: unknown, ...path: readonly (string | number)[]): Part =>
  path.reduce<unknown>((found, key) => (found as Part)[key], value) as Part
/** Columns for keys that a check reads: a training without them is as telling and draws fewer pictures. */
const readOnly = ['price', 'rate', 'fee', 'gap', 'tenure']
/** Changes keys of a column. */
const column =
  (name: string, change: Part): Change =>
  (blueprint) => {
    const found = (blueprint['columns'] as Part[]).find((each) => each['name'] === name)
    Object.assign(found!, structuredClone(change))
  }
const put =
  (path: string, value: unknown): Change =>
  (blueprint) => {
    const keys = path.split('.')
    const last = keys.pop()!
    const place = keys.reduce<Part>((found, key) => (found[key] ??= {}) as Part, blueprint)
    place[last] = structuredClone(value)
  }
const rule = (more: Part): Change =>
  put('business_rules', [{ kind: 'compare_value', name: 'a', severity: 'error', ...more }])
const above = { left: 'amount', operator: '>', value: 500 }
const columns = { kind: 'compare_columns', left: 'amount', operator: '>', right: 'gap' }
const sum = { kind: 'sum_equals', parts: ['amount', 'gap'], total: 'tenure', tolerance: 1 }
const years = { kind: 'within_years', column: 'when', years: 1 }
const numbered: Change = put('label', { column: 'plain', positive: { greater_than: 5 } })
const plainLabel: Change = (blueprint) => {
  column('plain', { role: 'label' })(blueprint)
  column('y', { role: 'ignored' })(blueprint)
  numbered(blueprint)
}
const leaking: Change = column('paid', { role: 'numeric' })
const inferred: Change = (blueprint) => {
  leaking(blueprint)
  put('origin', 'inferred')(blueprint)
}
const moved: Change = (blueprint) => {
  put('policy.bands', { medium: 0.3, high: 0.6, critical: 0.8 })(blueprint)
}
const third = { from: 0.99, decision: 'reject' }
const listed = [{ from: 0, decision: 'approve' }, { from: 'threshold', decision: 'review' }, third]

/** Key, what is looked at, the one change, and what both runs have beside. */
const cases: readonly (readonly [string, Look, Change, Change?])[] = [
  ['name', 'manifest', put('name', 'other-keys')],
  ['version', 'report', put('version', 7)],
  ['description', 'report', put('description', 'Claims of a test.')],
  ['origin', 'evaluation', put('origin', 'explicit'), inferred],
  ['columns[].name', 'check', column('plain', { name: 'plane' })],
  ['columns[].role', 'features', column('plain', { role: 'ignored' })],
  ['columns[].type', 'manifest', column('town', { type: 'text' })],
  ['columns[].description', 'card', column('amount', { description: 'what was paid' })],
  ['columns[].unit', 'reasons', column('amount', { unit: 'EUR' })],
  ['columns[].required', 'check', column('amount', { required: true })],
  ['columns[].default', 'evaluation', column('amount', { default: 3 })],
  ['columns[].integer', 'check', column('plain', { integer: true })],
  ['columns[].minimum', 'check', column('amount', { minimum: 400 })],
  ['columns[].exclusive_minimum', 'check', column('amount', { exclusive_minimum: 400 })],
  ['columns[].maximum', 'check', column('amount', { maximum: 400 })],
  ['columns[].allowed[]', 'check', column('town', { allowed: ['Bern'] })],
  ['columns[].pattern', 'check', column('id', { pattern: '^R.$' })],
  [
    'columns[].number_format.decimal',
    'check',
    column('price', { number_format: { decimal: 'point', grouping: 'point' } }),
  ],
  [
    'columns[].number_format.grouping',
    'check',
    column('price', { number_format: { decimal: 'comma', grouping: 'space' } }),
  ],
  ['columns[].number_format.currency', 'check', column('fee', { number_format: { currency: 'USD' } })],
  ['columns[].number_format.percent', 'check', column('rate', { number_format: { percent: false } })],
  ['columns[].date_format', 'check', column('day', { date_format: 'ymd' })],
  [
    'columns[].missing_tokens[]',
    'check',
    column('gap', { missing_tokens: ['-9'] }),
    put('quality.maximum_null_share', 0.2),
  ],
  ['columns[].aliases[].name', 'check', column('tenure', { aliases: [{ name: 'years', multiply: 12 }] })],
  [
    'columns[].aliases[].multiply',
    'check',
    column('tenure', { aliases: [{ name: 'tenure_years', multiply: 365 }] }),
  ],
  ['columns[].accept_leak', 'check', column('paid', { accept_leak: 'known at once' }), leaking],
  ['label.column', 'check', put('label.column', 'plain')],
  ['label.positive', 'evaluation', put('label.positive', 'no'), put('label.negative', undefined)],
  ['label.positive.greater_than', 'evaluation', put('label.positive.greater_than', 8), plainLabel],
  ['label.negative', 'check', put('label.negative', 'never')],
  [
    'label.negative[]',
    'check',
    put('label.negative', ['no']),
    (blueprint) => {
      put('label.negative', ['no', 'open'])(blueprint)
      put('label.missing', [])(blueprint)
    },
  ],
  ['label.missing[]', 'check', put('label.missing', ['shut'])],
  ['label.maturity_days', 'evaluation', put('label.maturity_days', 200)],
  ['reading.header_row', 'check', put('reading.header_row', 2)],
  [
    'reading.encoding',
    'check',
    put('reading.encoding', 'windows-1252'),
    column('town', { allowed: ['Bern', 'Zürich', 'Basel'] }),
  ],
  ['reading.decimal', 'check', put('reading.decimal', 'comma')],
  ['reading.dates', 'check', put('reading.dates', 'dmy'), column('day', { date_format: undefined })],
  ['unique_keys[][]', 'check', put('unique_keys', [['id']]), put('unique_keys', [['when']])],
  ['split.kind', 'split', put('split.kind', 'time')],
  ['split.test_share', 'split', put('split.test_share', 0.4)],
  ['split.folds', 'evaluation', put('split.folds', 4)],
  ['split.out_of_time_share', 'split', put('split.out_of_time_share', 0.4)],
  ['quality.minimum_score', 'check', put('quality.minimum_score', 1)],
  ['quality.maximum_null_share', 'check', put('quality.maximum_null_share', 0.01)],
  [
    'quality.maximum_duplicate_share',
    'check',
    put('quality.maximum_duplicate_share', 0),
    put('unique_keys', [['id']]),
  ],
  [
    'business_rules[].kind',
    'check',
    rule({ kind: 'compare_columns', left: 'amount', operator: '>', right: 'gap' }),
    rule(above),
  ],
  ['business_rules[].name', 'check', rule({ ...above, name: 'b' }), rule(above)],
  ['business_rules[].left', 'check', rule({ ...above, left: 'plain' }), rule(above)],
  ['business_rules[].operator', 'check', rule({ ...above, operator: '<' }), rule(above)],
  ['business_rules[].right', 'check', rule({ ...columns, right: 'tenure' }), rule(columns)],
  ['business_rules[].severity', 'check', rule({ ...above, severity: 'warning' }), rule(above)],
  ['business_rules[].value', 'check', rule({ ...above, value: 900 }), rule(above)],
  ['business_rules[].column', 'check', rule({ ...years, column: 'day' }), rule(years)],
  ['business_rules[].years', 'check', rule({ ...years, years: 0.5 }), rule(years)],
  [
    'business_rules[].parts[]',
    'check',
    rule({ ...sum, parts: ['tenure', 'amount'] }),
    rule({ ...sum, parts: ['tenure', 'plain'] }),
  ],
  ['business_rules[].total', 'check', rule({ ...sum, total: 'plain' }), rule(sum)],
  ['business_rules[].tolerance', 'check', rule({ ...sum, tolerance: 400 }), rule(sum)],
  ['steps[].kind', 'features', put('steps.0.kind', 'target_encode')],
  ['steps[].parameters', 'features', put('steps.1.parameters.parts', ['day'])],
  ['candidates[].name', 'manifest', put('candidates.0.name', 'other')],
  ['candidates[].kind', 'manifest', put('candidates.0.kind', 'xgboost')],
  ['candidates[].parameters', 'evaluation', put('candidates.0.parameters', { l2: 100 })],
  ['candidates[].search_space', 'check', put('candidates.0.search_space', { l2: [1, 2] })],
  ['calibration', 'evaluation', put('calibration', 'isotonic'), put('calibration', 'none')],
  ['costs', 'policy', put('costs', null)],
  ['costs.currency', 'policy', put('costs.currency', 'USD')],
  ['costs.false_negative', 'policy', put('costs.false_negative', 9000)],
  ['costs.false_positive', 'policy', put('costs.false_positive', 400)],
  ['costs.manual_review', 'policy', put('costs.manual_review', 300)],
  ['policy.bands.medium', 'policy', put('policy.bands.medium', 0.01), moved],
  ['policy.bands.high', 'policy', put('policy.bands.high', 0.7), moved],
  ['policy.bands.critical', 'policy', put('policy.bands.critical', 0.9), moved],
  [
    'policy.decisions[].from',
    'policy',
    put('policy.decisions.2.from', 0.97),
    put('policy.decisions', listed),
  ],
  [
    'policy.decisions[].decision',
    'policy',
    put('policy.decisions.2.decision', 'no'),
    put('policy.decisions', listed),
  ],
  ['selection.metric', 'evaluation', put('selection.metric', 'brier')],
  ['selection.constraints.min_recall', 'evaluation', put('selection.constraints.min_recall', 0.5)],
  ['selection.constraints.min_accuracy', 'evaluation', put('selection.constraints.min_accuracy', 0.5)],
  [
    'selection.constraints.max_false_positive_rate',
    'evaluation',
    put('selection.constraints.max_false_positive_rate', 0.5),
  ],
  ['selection.constraints.min_roc_auc', 'evaluation', put('selection.constraints.min_roc_auc', 0.5)],
  [
    'reasons.*.code',
    'reasons',
    put('reasons.amount.code', 'R2'),
    put('reasons.amount', { code: 'R1', reason: 'Large' }),
  ],
  [
    'reasons.*.reason',
    'reasons',
    put('reasons.amount.reason', 'Small'),
    put('reasons.amount', { code: 'R1', reason: 'Large' }),
  ],
  [
    'fairness.columns[]',
    'fairness',
    put('fairness.columns', ['town']),
    put('fairness.minimum_group_rows', 1),
  ],
  [
    'fairness.minimum_group_rows',
    'fairness',
    put('fairness.minimum_group_rows', 1),
    put('fairness.columns', ['town']),
  ],
]

describe('a key of the blueprint changes something', () => {
  test.each(cases.map(([key, look, ...changes]) => ({ key, look, changes })))(
    '$key changes $look',
    async ({ key, look, changes: [change, both] }) => {
      const one = structuredClone(base) as Written
      if (look !== 'check') for (const name of readOnly) column(name, { role: 'ignored' })(one)
      both?.(one)
      const other = structuredClone(one)
      change(other)
      expect(differingKeys(one, other)).toEqual([key])
      const before = await outcome(one, look)
      expect(before).not.toHaveProperty('error')
      expect(await outcome(other, look)).not.toEqual(before)
    },
  )

  test('and none was forgotten', () => {
    const known = leavesOf(z.toJSONSchema(blueprintSchema, { io: 'input' }))
    expect(known.length).toBeGreaterThan(60)
    // There is one format, so nothing can differ.
    expect(cases.map(([key]) => key).sort()).toEqual(known.filter((key) => key !== 'format_version').sort())
  })
})

/** Paths of the leaves of a JSON schema: `[]` for items, `*` for free names. */
function leavesOf(schema: unknown, path = ''): string[] {
  const node = part(schema)
  const options = node['anyOf'] ?? node['oneOf']
  if (Array.isArray(options)) return [...new Set(options.flatMap((option) => leavesOf(option, path)))]
  if (node['type'] === 'array') return leavesOf(node['items'], `${path}[]`)
  if (node['properties'] !== undefined)
    return Object.entries(part(node, 'properties')).flatMap(([key, inner]) =>
      leavesOf(inner, path === '' ? key : `${path}.${key}`),
    )
  const free = node['additionalProperties']
  if (typeof free === 'object' && free !== null && Object.keys(free).length > 0)
    return leavesOf(free, `${path}.*`)
  return [path]
}

/** Keys of the schema in which two blueprints differ; what comes with a change of kind counts as the kind. */
function differingKeys(one: Written, other: Written): string[] {
  const [a, b] = [flat(one), flat(other)]
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key))
  const kinds = keys.find((key) => key === 'business_rules[].kind')
  if (kinds !== undefined) return [kinds]
  return keys.length > 1 && keys.every((key) => key.startsWith('costs')) ? ['costs'] : keys
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  const add = (text: string): unknown => into.set(path, `${into.get(path) ?? ''};${text}`)
  if (Array.isArray(value)) value.forEach((item: unknown) => flat(item, `${path}[]`, into))
  else if (typeof value === 'object' && value !== null && !/\.(parameters|search_space)$/.test(path))
    for (const [key, inner] of Object.entries(value))
      flat(inner, path === '' ? key : path === 'reasons' ? 'reasons.*' : `${path}.${key}`, into)
  else if (value !== undefined) add(JSON.stringify(value))
  return into
}
