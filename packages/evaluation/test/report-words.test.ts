import { describe, expect, test } from '@jest/globals'
import type { Evaluation } from '@claims/contracts'
import { renderModelCard, type ReportInput } from '../src/index.ts'
import { cautionsOf } from '../src/report/cautions.ts'
import { firstScreen } from '../src/report/first-screen.ts'
import { sections } from '../src/report/sections.ts'
import { probabilitiesAndThreshold } from '../src/report/threshold-section.ts'
import { sampleReport } from './sample-report.ts'

const sample = sampleReport()
/** The sample with another part of its evaluation, or of its input. */
const having = (evaluation: Partial<Evaluation>, more: Partial<ReportInput> = {}): ReportInput => ({
  ...sample,
  ...more,
  evaluation: { ...sample.evaluation, ...evaluation },
})
const plain = (page: string): string =>
  page
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,;:)])/g, '$1')
const screen = (input: ReportInput): string => plain(firstScreen(input).text)
const section = (input: ReportInput, id: string): string =>
  plain(sections(input, new Map()).find((each) => each.id === id)!.body.text)
const cell = (of: string, title: string): string => of.slice(of.indexOf(title))

const { selection, cost, test: measured, explanations } = sample.evaluation
const metricsOf = (value: number, lower: number, upper: number): Evaluation['test']['metrics'] => ({
  ...measured.metrics,
  roc_auc: { value, lower, upper },
})
const later = (value: number, lower: number, upper: number): Evaluation['out_of_time'] => ({
  ...sample.evaluation.out_of_time!,
  metrics: metricsOf(value, lower, upper),
  cutoff: '2015-02-10',
})

describe('a model card', () => {
  test('says where nothing was found, compared, limited or left', () => {
    const card = renderModelCard(
      having({
        leakage: { findings: [] },
        fairness: [],
        selection: { ...selection, constraints: [], reasons: [] },
        warnings: [],
        out_of_time: null,
        out_of_time_reason: 'no column is a time',
        test: { ...measured, rows: 400, positives: 200 },
        cost: null,
      }),
    )
    for (const said of [
      'The scan found nothing that gives the answer away.',
      'No groups were compared.',
      'No limits are set for promotion.',
      'No out-of-time score: no column is a time',
      'No costs were given',
    ])
      expect(card).toContain(said)
    expect(card).not.toContain('| Where | What |')
    expect(renderModelCard(sample)).toContain(
      '| insured\\_hobbies | suspicious single feature | warning | kept |',
    )
    expect(renderModelCard(sample)).not.toContain('The scan found nothing')
  })

  test('shares are of the rows that were used', () => {
    const dataset = { ...sample.dataset, rows: 130, rejectedRows: 10, immatureRows: 20, positives: 25 }
    expect(renderModelCard(having({}, { dataset }))).toContain('Positives: 25 (25.0 %)')
    const none = { ...sample.dataset, rows: 0, rejectedRows: 0, immatureRows: 0, positives: 0 }
    expect(renderModelCard(having({}, { dataset: none }))).toContain('Positives: 0 (0.0 %)')
  })

  test('tells what is decided without a person, and how many of those are positive', () => {
    const of = (confusion: Evaluation['test']['confusion']): string =>
      renderModelCard(having({ test: { ...measured, confusion } }))
    expect(of({ tn: 70, fp: 5, fn: 10, tp: 15 })).toContain(
      'Decided without a person: 80.0 %; of those 12.5 % (10)',
    )
    expect(of({ tn: 0, fp: 5, fn: 0, tp: 15 })).toContain(
      'Decided without a person: 0.0 %; of those 0.0 % (0)',
    )
  })

  test('a saving is saved, a loss lost', () => {
    const of = (saved: number): string =>
      renderModelCard(having({ cost: { ...cost!, saved, intervals: null } }))
    expect([of(1_200), of(0), of(-1_200)].map((card) => /(saved|lost) [^\n]*/.exec(card)?.[0])).toEqual([
      'saved $1,200',
      'saved $0',
      'lost $1,200',
    ])
  })

  test('names ten drivers with a share, with what they mean, or says that there is none', () => {
    const global = Array.from({ length: 12 }, (_, i) => ({
      ...{ feature: `f${String(i)}`, mean_absolute_contribution: 1, share: i === 11 ? 0 : 1 / 11 },
    }))
    const card = renderModelCard(having({ explanations: { ...explanations, global } }))
    expect(card.match(/^\| f\d+ \|/gm)).toHaveLength(10)
    const none = { ...explanations, global: global.slice(11) }
    expect(renderModelCard(having({ explanations: none }))).toContain('No column moves the score.')
    expect(renderModelCard(having({ explanations: { ...none, rows: 0, scale: 'none' } }))).toContain(
      'Scores are not explained (none).',
    )
  })

  test('limits are kept or not; candidates selected or not', () => {
    const constraints = [
      { name: 'min_recall', limit: 0.85, value: 0.9, met: true },
      { name: 'max_false_positive_rate', limit: 0.15, value: 0.2, met: false },
    ]
    const card = renderModelCard(having({ selection: { ...selection, constraints } }))
    expect(card).toContain('| Recall | at least 85.0 % | 90.0 % | yes |')
    expect(card).toContain('| False positive rate | at most 15.0 % | 20.0 % | no |')
    expect(card.match(/\| yes \|$/gm)).toHaveLength(2)
    expect(card).toMatch(/^\| [\w-]+ \| [\w\\]+ \| 0\.\d+ \(0\.\d+ to 0\.\d+\) \| yes \|$/m)
  })
})

describe('facts of a model card that may be absent', () => {
  const card = (evaluation: Partial<Evaluation>, more: Partial<ReportInput> = {}): string =>
    renderModelCard(having(evaluation, more))

  test('candidates: their folds, what was stopped, and nothing where none is measured', () => {
    expect(card({})).toMatch(/\n5 folds; mean of folds, [^\n]*, level 0\.95\.\n/)
    const none = card({ candidates: [] })
    expect(none).not.toContain(' folds; ')
    const [first, ...others] = sample.evaluation.candidates
    const stopped = { after_folds: 2, reason: 'it is worse' }
    const with2 = card({ candidates: [{ ...first!, selected: false, stopped }, ...others] })
    expect(with2).toContain(`${first!.name} (stopped)`)
    expect(with2).toContain('was stopped after 2 folds because it could not win: it is worse.')
    expect(card({ candidates: [first!] })).not.toContain('stopped')
    const unknown = card({ selection: { ...selection, metric: 'own' } })
    expect(unknown).toContain('| Candidate | Kind | Metric | Selected |')
    expect(unknown).toMatch(/\| – \| (yes|no) \|/)
    expect(card({})).toContain('| Candidate | Kind | ROC AUC | Selected |')
  })

  test('sets, and how near the best possible it comes', () => {
    const rows = (text: string): string => /\| Metric \|[^\n]*/.exec(text)![0]
    const { out_of_time: after } = sample.evaluation
    expect(rows(card({}))).toBe('| Metric | Test (200 rows) | Out of time (100 rows) |')
    expect(rows(card({ out_of_time: null, external_test: after }))).toBe(
      '| Metric | Test (200 rows) | External (100 rows) |',
    )
    expect(card({ out_of_time_reason: 'no time' })).not.toContain('No out-of-time score')
    expect(card({})).not.toContain('best possible')
    expect(card({ best_possible: { roc_auc: 0.9, share_of_best: null } })).toContain(
      'the best possible AUC is 0.900.',
    )
    expect(card({ best_possible: { roc_auc: 0.9, share_of_best: 0.95 } })).toContain(
      'the best possible AUC is 0.900; this model gets 95.0 % of it.',
    )
  })

  test('the description, the period, the cut, the gate and the maturity of labels', () => {
    const { blueprint, dataset, validation } = sample
    expect(card({})).toContain('Suspected fraud goes to an investigator')
    expect(card({}, { blueprint: { ...blueprint, description: '' } })).toMatch(
      /## Intended use\n\nThe model estimates/,
    )
    expect(card({})).toContain('Period: 2015-01-01 to 2015-03-01')
    expect(card({}, { dataset: { ...dataset, period: null } })).toContain('no column is named as the time')
    const { split } = sample.evaluation
    expect(card({})).toContain('200 to test; seed 42')
    expect(card({ split: { ...split, cutoff: '2015-02-10' } })).toContain('to test, cut at 2015-02-10; seed')
    expect(card({})).toContain('the gate was passed')
    const gate = { passed: false, failures: ['few rows'] }
    expect(card({}, { validation: { ...validation, gate } })).toContain('the gate was not passed (few rows)')
    expect(card({})).not.toContain('Label maturity')
    const maturity = { as_of: '2016-01-01', maturity_days: 90, cutoff: '2015-10-03', immature_rows: 7 }
    expect(card({ label_maturity: maturity })).toContain('7 rows later than 2015-10-03 left out')
  })

  test('what columns mean, the sensitive ones, and rates that do not exist', () => {
    const columns = sample.blueprint.columns.map((column) => ({
      ...column,
      description: `about ${column.name}`,
    }))
    const named = card({}, { blueprint: { ...sample.blueprint, columns } })
    expect(named).toContain('| incident\\_severity: about incident\\_severity | ')
    expect(card({})).toContain('| incident\\_severity | ')
    const insensitive = sample.blueprint.columns.filter(({ role }) => role !== 'sensitive')
    expect(card({}, { blueprint: { ...sample.blueprint, columns: insensitive } })).not.toContain(
      'Sensitive columns',
    )
    const group = { column: 'x', group: 'a', rows: 60, positive_rate: 0, selection_rate: 0.5 }
    expect(card({ fairness: [{ ...group, recall: null, false_positive_rate: 0.25 }] })).toContain(
      '| x | a | 60 | 0.0 % | 50.0 % | – | 25.0 % |',
    )
  })

  test('names in code keep their text; those that would break it are escaped', () => {
    const source = (name: string): string =>
      /Source: ([^,]*),/.exec(card({}, { dataset: { ...sample.dataset, source: name } }))![1]!
    expect(source('a_b.csv')).toBe('`a_b.csv`')
    expect(source('a`b.csv')).toBe('a\\`b.csv')
    expect(source('a\nb.csv')).toBe('a b.csv')
  })
})

describe('cautions', () => {
  const of = (evaluation: Partial<Evaluation>, rejected = 0): string[] =>
    cautionsOf(
      {
        ...sample.evaluation,
        leakage: { findings: [] },
        warnings: [],
        out_of_time: null,
        cost: null,
        ...evaluation,
      },
      { ...sample.validation, rejected_rows: rejected },
    ).map(({ weight, text }) => `${weight}: ${text}`)
  const enough = { ...measured, rows: 400, positives: 200 }
  const none = { selection: { ...selection, reasons: [] }, test: enough, out_of_time_reason: null }

  test('are none where nothing was found, and a note for rows that were left out', () => {
    expect(of(none)).toEqual([])
    expect(of(none, 1)).toEqual([expect.stringMatching(/^note: 1 of [\d,]+ rows broke a rule/)])
  })

  test('the smaller class has a hundred claims, or every interval is wide', () => {
    const few = (positives: number, rows = 400): string[] =>
      of({ ...none, test: { ...measured, rows, positives } }).filter((text) => text.includes('smaller class'))
    expect(few(100)).toEqual([])
    expect(few(300)).toEqual([])
    expect(few(99)).toEqual([expect.stringContaining('only 99 claims')])
    expect(few(301)).toEqual([expect.stringContaining('only 99 claims')])
    expect(few(1)).toEqual([expect.stringContaining('only 1 claim of')])
  })

  test('a fall on later claims by two points and more is told, sure where the intervals are apart', () => {
    const fall = (value: number, lower: number, upper: number): string[] =>
      of({
        ...none,
        test: { ...enough, metrics: metricsOf(0.75, 0.7, 0.8) },
        out_of_time: later(value, lower, upper),
      }).filter((text) => text.includes('later claims'))
    expect(fall(0.74, 0.6, 0.8)).toEqual([])
    expect(fall(0.72, 0.6, 0.8)).toEqual([expect.stringContaining('may be chance')])
    expect(fall(0.72, 0.6, 0.7)).toEqual([expect.stringContaining('may be chance')])
    expect(fall(0.65, 0.6, 0.69)).toEqual([expect.stringContaining('Expect the later value')])
    // That it is no better than chance is a reason against promotion already.
    expect(fall(0.52, 0.5, 0.6)).toEqual([])
    expect(fall(0.55, 0.501, 0.6)).toHaveLength(1)
  })

  test('a saving whose interval holds 0 is not sure', () => {
    const unsure = (saved: number, lower: number): string[] =>
      of({
        ...none,
        cost: {
          ...cost!,
          saved,
          intervals: { ...cost!.intervals!, saved: { lower, upper: 9_000 } },
        },
      })
    expect(unsure(100, 1)).toEqual([])
    expect(unsure(100, 0)).toEqual([expect.stringContaining('is not sure')])
    expect(unsure(0, -10)).toEqual([])
    expect(of({ ...none, cost: { ...cost!, saved: 100, intervals: null } })).toEqual([])
  })

  test('come by weight, each text once', () => {
    const found = of(
      {
        ...none,
        selection: { ...selection, reasons: ['It is bad.'] },
        leakage: {
          findings: [
            { ...sample.evaluation.leakage.findings[0]!, action: 'excluded', message: 'It was left out.' },
            { ...sample.evaluation.leakage.findings[0]!, message: 'It is odd.' },
          ],
        },
        warnings: ['It is odd.', 'It is old.'],
        out_of_time_reason: 'there is no time.',
      },
      0,
    )
    expect(found).toEqual([
      'serious: It is bad.',
      'warning: It is odd.',
      'warning: It is old.',
      'note: It was left out.',
      'note: There is no out-of-time score: there is no time.',
    ])
  })
})

describe('the first screen', () => {
  test('says one more reason, or how many', () => {
    const of = (...reasons: string[]): string =>
      screen(having({ learned: true, selection: { ...selection, promotable: false, reasons } }))
    expect(of('A.')).toMatch(/but: A\. /)
    expect(of('A.')).not.toMatch(/reasons? speaks? against|speak/)
    expect(of('A.', 'B.')).toContain('A. Another reason speaks against it')
    expect(of('A.', 'B.', 'C.')).toContain('A. 2 more reasons speak against it')
  })

  test('is good where the model may be promoted, and says whether limits were kept', () => {
    const of = (constraints: Evaluation['selection']['constraints']): string =>
      screen(
        having({ learned: true, selection: { ...selection, promotable: true, reasons: [], constraints } }),
      )
    expect(of([])).toContain(
      '✓ Ready to promote. The model ranks claims better than chance. No limits are set',
    )
    expect(of(selection.constraints)).toContain('It keeps every limit it must keep.')
    expect(screen(sample)).toContain('! Not ready.')
  })

  test('tells what is saved, lost or neither, and whether chance may do it', () => {
    const of = (saved: number, lower: number, upper: number): string =>
      screen(
        having({ cost: { ...cost!, saved, intervals: { ...cost!.intervals!, saved: { lower, upper } } } }),
      )
    expect(of(100, 1, 200)).toMatch(/Saves \$100 on .* saving is \$1\.00 to \$200\./)
    expect(of(100, 0, 200)).toContain('that holds 0, so it may be chance')
    expect(of(0, -1, 0)).toMatch(/Saves nothing \$0 .* holds 0, so it may be chance/)
    expect(of(-100, -200, -1)).toMatch(/Costs more \$100 .* saving is -\$200 to -\$1\.00\./)
  })

  test('tells how many are let pass, and that nothing is flagged', () => {
    const of = (confusion: Evaluation['test']['confusion']): string =>
      screen(having({ test: { ...measured, confusion } }))
    expect(of({ tn: 90, fp: 2, fn: 5, tp: 3 })).toContain(
      'Decides alone 95.0 % of claims; 5.0 % go to a person. 5 of the 95 let pass are positive after all.',
    )
    expect(of({ tn: 90, fp: 2, fn: 5, tp: 3 })).toContain('Of 100 that it flags')
    expect(of({ tn: 95, fp: 0, fn: 5, tp: 0 })).toContain('It flags none.')
    expect(of({ tn: 0, fp: 95, fn: 0, tp: 5 })).toContain('None is let pass.')
  })

  test('shares are of the rows that were used; claims that are too young are counted', () => {
    const dataset = { ...sample.dataset, rows: 130, rejectedRows: 10, immatureRows: 20, positives: 25 }
    const young = (rows: number): Evaluation['label_maturity'] => ({
      ...{ as_of: '2016-01-01', maturity_days: 90, cutoff: '2015-10-03', immature_rows: rows },
    })
    const of = (rows: number): string => screen(having({ label_maturity: young(rows) }, { dataset }))
    expect(of(0)).toContain('25.0 % of all are positive')
    expect(of(0)).toContain('none is later than 2015-10-03')
    expect(of(1)).toContain('1 claim is later than 2015-10-03 and left out')
    expect(of(2)).toContain('2 claims are later')
    expect(screen(sample)).not.toContain('too recent')
  })

  test('shows five drivers against the first of them', () => {
    const global = [0.4, 0.2, 0.1, 0.1, 0.1, 0.1, 0].map((share, i) => ({
      ...{ feature: `f${String(i)}`, mean_absolute_contribution: share, share },
    }))
    const page = firstScreen(having({ explanations: { ...explanations, global } })).text
    expect([...page.matchAll(/width:([\d.]+)%/g)].map((match) => match[1])).toEqual([
      '100.0',
      '50.0',
      '25.0',
      '25.0',
      '25.0',
    ])
    const none = having({ explanations: { ...explanations, global: global.slice(6) } })
    expect(screen(none)).toContain('No column moves the score.')
  })

  test('shows the words of a text by what they do', () => {
    const feature = explanations.global[0]!.feature
    const group = { rows: 40, low: -1, high: 1 }
    const of = (...means: number[]): string => {
      const words = means.map((mean, i) => ({ word: `w${String(i)}`, mean, ...group }))
      return screen(having({}, { dependence: [{ kind: 'words', feature, words }] }))
    }
    expect(of(1, 0.5, -0.2)).toContain('“w0”, “w1” raise it, “w2” lowers it')
    expect(of(-1, -0.5)).toContain('“w0”, “w1” lower it')
    expect(of(1, 1, 1, 1, 1, 1)).toContain('“w4” raise it')
    expect(of(1, 1, 1, 1, 1, 1)).not.toContain('“w5”')
  })

  test('shows six cautions, the others on demand', () => {
    const texts = (n: number): string[] => Array.from({ length: n }, (_, i) => `Odd ${String(i)}.`)
    const bare = {
      ...{ leakage: { findings: [] }, out_of_time: null, out_of_time_reason: null, cost: null },
      selection: { ...selection, reasons: [] },
      test: { ...measured, rows: 400, positives: 200 },
    }
    const validation = { ...sample.validation, rejected_rows: 0 }
    const of = (n: number): string =>
      firstScreen(having({ ...bare, warnings: texts(n) }, { validation })).text
    expect(of(6)).not.toContain('<details>')
    expect(plain(of(8).replace(/[^]*<details>/, ''))).toMatch(/2 more .*Odd 6\. .*Odd 7\./)
    expect(of(8).match(/Odd \d\./g)).toHaveLength(8)
    expect(plain(of(0))).toContain('No check found anything.')
  })
})

describe('the threshold', () => {
  const of = (input: ReportInput): string => plain(probabilitiesAndThreshold(input, new Map()).text)
  const bound = (names: string[] | undefined, rule = 'minimum expected cost'): string => {
    const { bound_by: _, ...threshold } = sample.evaluation.threshold
    return of(
      having({ threshold: { ...threshold, rule, ...(names === undefined ? {} : { bound_by: names }) } }),
    )
  }

  test('says what moved it, that nothing did, or nothing where that is not known', () => {
    expect(bound(['recall >= 0.9'])).toContain('What moved it: recall >= 0.9.')
    expect(bound([])).toContain('No limit moved it.')
    for (const text of [bound(undefined), bound([], 'as no threshold meets them together')])
      expect(text).not.toMatch(/What moved it|No limit moved it/)
    const free = sampleReport({ constraints: { min_roc_auc: 0.7 } })
    expect(of(free)).not.toMatch(/What moved it|No limit moved it/)
  })

  test('costs add up, part by part, to what is saved or lost', () => {
    const own = { ...cost!, saved: -250, intervals: null }
    const text = of(having({ cost: own }))
    const { fn, tp, fp } = measured.confusion
    expect(text).toContain(`Missed positives ${String(fn)} $10,000`)
    expect(text).toContain(`Reviews ${String(tp + fp)} $150`)
    expect(text).toContain(`Needless reviews, on top ${String(fp)} $500`)
    expect(text).toContain('Lost $250')
    expect(of(having({ cost: { ...own, saved: 0 } }))).toContain('Saved $0')
    expect(of(having({ cost: { ...own, baseline: 'review_all' } }))).toContain('Reviewing every claim')
    expect(of(having({ cost: { ...own, baseline: 'approve_all' } }))).toContain('Approving every claim')
  })

  test('without costs: what reviewing the riskiest finds, the chosen threshold in its place', () => {
    const free = sampleReport({ costs: null })
    const scores = Array.from({ length: 100 }, (_, i) => (100 - i) / 101)
    const target = scores.map((_, i) => (i < 30 && i % 3 !== 0 ? 1 : 0))
    const confusion = { tp: 5, fp: 2, fn: 15, tn: 78 }
    const metric = (value: number) => ({ value, lower: value, upper: value })
    const { test: own, threshold } = free.evaluation
    const input: ReportInput = {
      ...free,
      test: { target: Uint8Array.from(target), probability: Float64Array.from(scores) },
      evaluation: {
        ...free.evaluation,
        threshold: { ...threshold, value: 0.925 },
        test: {
          ...own,
          ...{ rows: 100, positives: 20, confusion },
          metrics: { ...own.metrics, recall: metric(0.25), precision: metric(5 / 7) },
        },
      },
    }
    const table = cell(of(input), 'To review')
    const rows = [...table.matchAll(/([\d.]+ %(?: \(chosen\))?) (0\.\d+) ([\d.]+ %) ([\d.]+ %|–)/g)]
    expect(rows.map((row) => row.slice(1, 5))).toEqual([
      ['1.0 %', '0.9901', '0.0 %', '0.0 %'],
      ['2.0 %', '0.9802', '5.0 %', '50.0 %'],
      ['5.0 %', '0.9505', '15.0 %', '60.0 %'],
      ['7.0 % (chosen)', '0.9250', '25.0 %', '71.4 %'],
      ['10.0 %', '0.9010', '30.0 %', '60.0 %'],
      ['20.0 %', '0.8020', '65.0 %', '65.0 %'],
      ['30.0 %', '0.7030', '100.0 %', '66.7 %'],
      ['50.0 %', '0.5050', '100.0 %', '40.0 %'],
    ])
  })

  test('a score that many share is one row; a threshold that flags none has no precision', () => {
    const free = sampleReport({ costs: null })
    const { test: own } = free.evaluation
    const confusion = { tp: 0, fp: 0, fn: 2, tn: 8 }
    const input: ReportInput = {
      ...free,
      test: {
        target: Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 0, 0),
        probability: Float64Array.of(0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
      },
      evaluation: { ...free.evaluation, test: { ...own, rows: 10, positives: 2, confusion } },
    }
    const table = cell(of(input), 'To review')
    expect(
      [...table.matchAll(/([\d.]+ %(?: \(chosen\))?) 0\.\d+ [\d.]+ % ([\d.]+ %|–)/g)].map((row) =>
        row.slice(1, 3),
      ),
    ).toEqual([
      ['0.0 % (chosen)', '–'],
      ['10.0 %', '100.0 %'],
    ])
  })
})

describe('sections', () => {
  test('rules with findings: errors first, then by values, forty of them', () => {
    const counts = Array.from({ length: 42 }, (_, i) => ({
      ...{ rule: i === 3 ? 'absent' : 'missing_value', field: `f${String(i)}`, count: i + 1 },
      severity: i === 5 ? ('error' as const) : ('warning' as const),
    }))
    const of = (n: number): string =>
      section(having({}, { validation: { ...sample.validation, counts: counts.slice(0, n) } }), 'quality')
    expect([...of(42).matchAll(/ f(\d+) /g)].map((match) => Number(match[1]))).toEqual([
      5,
      ...Array.from({ length: 39 }, (_, i) => 41 - i - (41 - i <= 5 ? 1 : 0)),
    ])
    expect(of(42)).toContain('2 more rules with findings are not shown')
    expect(of(40)).not.toContain('more rules')
    expect(of(4)).toContain('f3 absent warning whole column')
    expect(of(4)).toContain('f2 missing value warning 3')
    expect(of(0)).toContain('No check found anything.')
  })

  test('the gate was passed, or why it was not', () => {
    const gate = { passed: false, failures: ['too few rows'] }
    expect(section(having({}, { validation: { ...sample.validation, gate } }), 'quality')).toContain(
      'The quality gate was not passed: too few rows.',
    )
    expect(section(sample, 'quality')).toContain('The quality gate was passed.')
  })

  test('nothing found, compared or limited is said', () => {
    const bare = having({
      leakage: { findings: [] },
      fairness: [],
      selection: { ...selection, constraints: [] },
      explanations: { ...explanations, global: [] },
    })
    expect(section(bare, 'leakage')).toContain('found no column and no rows')
    expect(section(sample, 'leakage')).toContain('suspicious single feature')
    expect(section(bare, 'fairness')).toContain('No groups were compared')
    expect(section(sample, 'fairness')).toContain('Groups of fewer than')
    expect(section(bare, 'candidates')).toContain('No limits are set for promotion.')
    expect(section(sample, 'candidates')).toContain('Limits for promotion')
    expect(section(bare, 'drivers')).toContain('No column moves the score.')
  })

  test('what is bad stands out: a finding that blocks, a limit that is not kept, a gate that was not passed', () => {
    const bad = (input: ReportInput, id: string): string[] => {
      const { text } = sections(input, new Map()).find((each) => each.id === id)!.body
      return [...text.matchAll(/<b class="bad">([^<]*)<\/b>/g)].map((match) => match[1]!)
    }
    const [found] = sample.evaluation.leakage.findings
    const findings = [
      { ...found!, severity: 'block' as const, column: null, evidence: { roc_auc: 0.123456, words: 'a b' } },
      found!,
    ]
    const leaks = having({ leakage: { findings } })
    expect(bad(leaks, 'leakage')).toEqual(['block'])
    expect(section(leaks, 'leakage')).toContain('rows suspicious single feature block kept')
    expect(section(leaks, 'leakage')).toContain('roc auc 0.1235, words a b')
    const constraints = [true, false].map((met) => ({ name: 'min_recall', limit: 0.8, value: 0.7, met }))
    const limits = having({ selection: { ...selection, constraints } })
    expect(bad(limits, 'candidates')).toEqual(['no'])
    expect(section(limits, 'candidates')).toContain('Recall at least 80.0 % 70.0 % yes')
    expect(bad(sample, 'quality')).toEqual([])
    const gate = { passed: false, failures: ['few rows'] }
    expect(bad(having({}, { validation: { ...sample.validation, gate } }), 'quality')).toHaveLength(1)
  })

  test('candidates: the selected one first in weight, metrics that were measured, and time', () => {
    const { text } = sections(sample, new Map()).find(({ id }) => id === 'candidates')!.body
    const chosen = sample.evaluation.candidates.find((candidate) => candidate.selected)!
    expect(text).toContain(`<b>${chosen.name}</b> (selected)`)
    expect(text.match(/\(selected\)/g)).toHaveLength(1)
    const plainText = section(sample, 'candidates')
    expect(plainText).toContain('Candidate Kind ROC AUC Time to fit')
    expect(plainText).toContain('1.2 s')
    const [first, ...others] = sample.evaluation.candidates
    const two = {
      ...first!.cross_validation,
      metrics: { ...first!.cross_validation.metrics, brier: first!.cross_validation.metrics.roc_auc! },
    }
    const mixed = section(
      having({ candidates: [{ ...first!, cross_validation: two }, ...others] }),
      'candidates',
    )
    expect(mixed).toContain('Candidate Kind ROC AUC Brier score Time to fit')
    expect(mixed.match(/ – /g)).toHaveLength(others.length)
    expect(section(having({ candidates: [] }), 'candidates')).not.toContain(' folds; ')
  })

  test('numbers of a table stand at the right, names at the left', () => {
    const { text } = sections(sample, new Map()).find(({ id }) => id === 'timings')!.body
    expect(text).toContain('<th scope="col" class="text">Stage</th>')
    expect(text).toContain('<th scope="col" class="number">Time</th>')
    expect(text).toContain('<th scope="row" class="text">total</th>')
    expect(text).toContain('<td class="number">1 min 15 s</td>')
  })

  test('sets that were not measured have no column, and why there is no later one', () => {
    const without = section(having({ out_of_time: null, out_of_time_reason: 'no time.' }), 'split')
    expect(without).toContain('No out-of-time score: no time.')
    expect(without).not.toContain('Out of time')
    expect(section(sample, 'split')).toContain('Out of time')
    expect(section(sample, 'metrics')).toContain('Test Out of time')
    expect(section(having({ out_of_time: null }), 'metrics')).not.toContain('Out of time')
  })
})
