import { canonicalJson } from '@claims/contracts'
import { exampleBundle, exampleEvaluation } from '@claims/contracts/example'
import { sha256 } from '@claims/contracts/files'
import { describe, expect, test } from '@jest/globals'
import { evidenceOf } from '../src/evidence/evidence-of.ts'
import { bundleEvidence } from '../src/evidence/read-evidence.ts'
import { trainingGates } from '../src/gates/verdict-gates.ts'

const facts = { evaluationSha256: 'e', dataSha256: 'd' }
const fairness = Array.from({ length: 600 }, (_, i) => ({
  ...{ column: 'region', group: String(i), rows: 50, positive_rate: 0.2, selection_rate: 0.3 },
  ...{ recall: i === 0 ? null : 0.5, false_positive_rate: 0.1 },
}))

describe('the evidence of an evaluation', () => {
  test('of a bundle is named by the hash that its manifest states', async () => {
    const bundle = exampleBundle({ evaluation: exampleEvaluation() })
    expect(await bundleEvidence(bundle)).toMatchObject({
      ...{ evaluation_sha256: bundle.manifest.files['evaluation.json']?.sha256, measured_on: 'held_out' },
      ...{ data_sha256: bundle.manifest.data.sha256, discounted: null },
    })
    expect(await bundleEvidence(exampleBundle())).toBeUndefined()
  })

  test('holds the test, the latest rows and groups, as many as a line of the history takes', () => {
    const evaluation = exampleEvaluation({
      metrics: { specificity: 0.9 },
      outOfTime: { recall: 0.6 },
      fairness,
    })
    const { sets, left_out } = evidenceOf(evaluation, facts)
    expect(sets.slice(0, 3).map(({ on }) => on)).toEqual([
      'test',
      'out_of_time',
      { column: 'region', level: '0' },
    ])
    expect(sets[0]?.metrics['false_positive_rate']).toEqual({
      value: expect.closeTo(0.1),
      lower: expect.closeTo(0.05),
      upper: expect.closeTo(0.15),
    })
    expect(sets[2]?.metrics).toEqual({
      positive_rate: { value: 0.2, lower: null, upper: null },
      selection_rate: { value: 0.3, lower: null, upper: null },
      false_positive_rate: { value: 0.1, lower: null, upper: null },
    })
    expect([sets.length, left_out]).toEqual([502, 100])
    expect(canonicalJson(sets).length).toBeLessThan(400_000)
  })

  test('leaves out groups with names too long for a line', () => {
    const long = { ...fairness[1]!, group: 'x'.repeat(10_000) }
    const { sets, left_out } = evidenceOf(exampleEvaluation({ fairness: [long, fairness[2]!] }), facts)
    expect([sets.length, left_out]).toEqual([2, 1])
  })

  const known = { rows: 100, known: 80, share: 0.8, lower: 0.7, upper: 0.9, chance: { rows: 50, known: 0 } }
  test.each([
    ['the training’s own file', true, null, /file of the training/],
    [
      'rows that it knows',
      false,
      { ...known, exact: true, beyond_chance: true },
      /^80 of its 100 rows were trained on/,
    ],
    ['rows that it may know', false, { ...known, exact: false, beyond_chance: true }, /^about 80/],
    ['a bundle that does not say what it knows', false, null, /does not say which rows/],
  ])('on %s never counts', (_, training_file, known_rows, why) => {
    const measuredOn = { kind: 'file' as const, source: 'x.csv', training_file, known_rows }
    expect(evidenceOf(exampleEvaluation({ measuredOn }), facts).discounted).toMatch(why)
  })

  test('on rows that equal known ones by chance counts, with reasons that no gate of its own says', () => {
    const known_rows = { ...known, known: 1, exact: true, beyond_chance: false }
    const measuredOn = {
      kind: 'file' as const,
      source: 'x.csv',
      sha256: 'f',
      training_file: false,
      known_rows,
    }
    const reasons = ['It learnt nothing.', 'Recall is low.', 'A leak.']
    const evaluation = exampleEvaluation({
      measuredOn,
      reasons,
      reasonKinds: ['learning', 'constraint', 'leak'],
    })
    expect(evidenceOf(evaluation, facts)).toMatchObject({
      ...{ discounted: null, data_sha256: 'f', source: 'x.csv', reasons: ['It learnt nothing.'] },
    })
    const { selection, ...rest } = evaluation
    const { reason_kinds: _, ...older } = selection
    expect(evidenceOf({ ...rest, selection: older }, facts).reasons).toEqual(reasons)
    expect(sha256(canonicalJson(evaluation))).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the verdict of a training', () => {
  const headline = { roc_auc: 0.8, roc_auc_lower: 0.7, roc_auc_upper: 0.9, promotable: false }
  const reasons = ['Recall is low.', 'It saves nothing.']
  test.each([
    [
      'leaves constraints to their own gates',
      { reasons, reason_kinds: ['constraint', 'saving'] },
      1,
      ['It saves nothing.'],
    ],
    [
      'says a constraint itself where no gate fails for it',
      { reasons, reason_kinds: ['constraint', 'saving'] },
      0,
      reasons,
    ],
    ['says everything where nobody said what it is about', { reasons }, 2, reasons],
    [
      'says everything where kinds and reasons do not match',
      { reasons, reason_kinds: ['constraint'] },
      2,
      reasons,
    ],
  ])('%s', (_, more, failed, expected) => {
    const rows = trainingGates({ ...headline, ...more }, failed)
    expect(rows.map(({ why, passed }) => [why, passed])).toEqual(expected.map((why) => [why, false]))
  })

  test('is passed where its constraints alone speak against it, and fails where nobody says why', () => {
    const kinds = { reasons: ['Recall is low.'], reason_kinds: ['constraint'] }
    expect(trainingGates({ ...headline, ...kinds }, 1)).toMatchObject([{ passed: true }])
    expect(trainingGates({ ...headline, reasons: [] }, 0)).toMatchObject([{ passed: false }])
    expect(trainingGates(headline, 3)).toMatchObject([{ passed: false }])
  })
})
