import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BundleFiles, DataWarning } from '@claims/contracts'
import { codedColumn, Frame, numberColumn, textColumn } from '@claims/frame'
import {
  compileNovelty,
  createScorer,
  createScoringSummary,
  infiniteRows,
  loadScorer,
  seenValues,
  type FittedPipeline,
  type ScoredRow,
  type Scorer,
} from '../src/index.ts'
import {
  blueprint,
  bundleOf,
  claims,
  fitPipeline,
  manifestOf,
  policy,
  trainingRows,
} from './scored-product.ts'

const novelty = compileNovelty(seenValues(trainingRows, { sha256: 'ab', seed: 1 }), {
  columns: blueprint.columns,
  trainedAt: 0,
})
let pipeline: FittedPipeline
let scorer: Scorer
beforeAll(async () => {
  pipeline = await fitPipeline()
  scorer = createScorer({ manifest: manifestOf(), policy, pipeline, novelty })
})
afterAll(() => {
  scorer.dispose()
})

const good = { id: 'T-1', amount: 30, factor: 2 }
const low = { id: 'T-2', amount: 3, factor: 2 }
const huge = { id: 'T-3', amount: 1e30, factor: -1e30 }
const bad = { id: 'T-4', amount: -1, factor: 2 }
const ok = (row: ScoredRow | undefined): Extract<ScoredRow, { ok: true }> => {
  if (row?.ok !== true) throw new Error('has no score')
  return row
}

describe('a scorer', () => {
  test('gives each row the answer that it has alone, whatever lies between', () => {
    const options = { reasons: 2 }
    const mixed = [huge, good, bad, low, huge, { ...low, id: null }]
    const rows = scorer.scoreFrame(claims(mixed), [], options)
    expect(rows.map(({ ok: scored, claimId }) => [scored, claimId])).toEqual([
      [false, 'T-3'],
      [true, 'T-1'],
      [false, 'T-4'],
      [true, 'T-2'],
      [false, 'T-3'],
      [true, null],
    ])
    expect(rows.map((_, i) => scorer.scoreFrame(claims([mixed[i]!]), [], options)[0])).toEqual(rows)
    expect(ok(rows[1])).toMatchObject({ riskLevel: 'high', decision: expect.any(String) })
    expect(ok(rows[3])).toMatchObject({ riskLevel: 'low' })
    expect(ok(rows[1]).probability).toBe(pipeline.probabilities(claims([good]))[0])
  })

  test('records and typed rows have the same answers', () => {
    const frame = scorer.scoreFrame(claims([good, low]), [], { reasons: 1 })
    expect(scorer.scoreRecords([good, low], { reasons: 1 })).toEqual(frame)
  })

  test('a frame of which every row is too large has no score', () => {
    const rows = scorer.scoreFrame(claims([huge, huge]), [], { reasons: 1 })
    expect(rows.map((row) => row.ok)).toEqual([false, false])
    expect(rows[0]?.ok === false && rows[0].error.problems).toEqual([
      expect.objectContaining({
        field: 'amount',
        problem: expect.stringContaining('worth (made of amount, factor)'),
      }),
    ])
    expect(scorer.scoreFrame(claims([]), [], { reasons: 1 })).toEqual([])
  })

  test('the reasons of a row are about its own values, and are as many as asked for', () => {
    const rows = scorer
      .scoreFrame(claims([huge, low, good]), [], { reasons: 2 })
      .slice(1)
      .map(ok)
    for (const [i, claim] of [low, good].entries())
      for (const { feature, value } of rows[i]!.factors)
        expect(value).toBe(claim[feature as 'amount' | 'factor'])
    expect(rows[1]!.factors).toHaveLength(2)
    const one = scorer.scoreFrame(claims([good]), [], { reasons: 1 })
    expect(ok(one[0]).factors).toEqual(rows[1]!.factors.slice(0, 1))
    expect(ok(scorer.scoreFrame(claims([good]), [], { reasons: 0 })[0]).factors).toEqual([])
  })

  test('names each row by its id of whatever type, and none where the rows have no id', () => {
    const x = { amount: numberColumn([30, 3]), factor: numberColumn([2, 2]) }
    const idsOf = (frame: Frame): (string | null)[] =>
      scorer.scoreFrame(frame, [], { reasons: 0 }).map(({ claimId }) => claimId)
    expect(idsOf(Frame.fromColumns(x))).toEqual([null, null])
    for (const [id, ids] of [
      [textColumn(['a', null]), ['a', null]],
      [codedColumn(Int32Array.of(1, -1), ['b', 'a']), ['a', null]],
      [numberColumn([17, NaN]), ['17', null]],
    ] as const)
      expect(idsOf(Frame.fromColumns({ id, ...x }))).toEqual(ids)
    const columns = blueprint.columns.filter(({ role }) => role !== 'id')
    const unnamed = createScorer({
      manifest: { ...manifestOf(), blueprint: { ...blueprint, columns } },
      policy,
      pipeline,
    })
    const rows = unnamed.scoreFrame(Frame.fromColumns(x), [], { reasons: 0 })
    expect(rows.map(({ ok: scored, claimId }) => [scored, claimId])).toEqual([
      [true, null],
      [true, null],
    ])
  })

  test.each([-1, 0.5, NaN])('refuses %s reasons', (reasons) => {
    expect(() => scorer.scoreFrame(claims([good]), [], { reasons })).toThrow(
      expect.objectContaining({ code: 'invalid_parameter' }),
    )
  })

  test('refuses a moment that is none, and records that are no array', () => {
    // As a caller without types may give them.
    const untyped = JSON.parse('{ "moments": [5, "2024-01-01"], "records": { "length": 1 } }') as {
      moments: Date[]
      records: unknown[]
    }
    for (const now of [new Date(NaN), ...untyped.moments])
      expect(() => scorer.scoreFrame(claims([good]), [], { reasons: 0, now })).toThrow('now is no moment')
    expect(() => scorer.scoreRecords(untyped.records, { reasons: 0 })).toThrow('records are no array')
  })

  test.each([NaN, -0.1, 1.1])('gives no row a probability of %s', (probability) => {
    const prepare: FittedPipeline['prepare'] = (frame) => ({
      ...pipeline.prepare(frame),
      scores: () => ({ raw: Float64Array.of(0.5), calibrated: Float64Array.of(probability) }),
    })
    const broken = createScorer({ manifest: manifestOf(), policy, pipeline: { ...pipeline, prepare } })
    expect(() => broken.scoreFrame(claims([good]), [], { reasons: 0 })).toThrow(
      expect.objectContaining({ code: 'native_failure' }),
    )
  })

  test.each([0, 1])('gives a row a probability of %d', (probability) => {
    const prepare: FittedPipeline['prepare'] = (frame) => ({
      ...pipeline.prepare(frame),
      scores: () => ({ raw: Float64Array.of(0.5), calibrated: Float64Array.of(probability) }),
    })
    const sure = createScorer({ manifest: manifestOf(), policy, pipeline: { ...pipeline, prepare } })
    expect(ok(sure.scoreFrame(claims([good]), [], { reasons: 0 })[0]).probability).toBe(probability)
  })

  test('says of each row what training did not show, and what was not asked for', () => {
    const rows = scorer.scoreRecords(
      [good, { ...good, amount: 1000, id: null }, { ...good, colour: 'red' }],
      { reasons: 0 },
    )
    const codes = rows.map((row) => ok(row).warnings.map(({ field, code }) => `${field} ${code}`))
    expect(codes[0]).toEqual([])
    expect(codes[1]).toEqual(expect.arrayContaining(['amount range_of_training', 'id absent_column']))
    expect(codes[2]).toEqual([expect.stringContaining('colour')])
    const known = scorer.scoreFrame(claims([good]), [], { reasons: 0 })
    expect(ok(known[0]).warnings).toEqual([])
  })

  test('numbers rows by the file', () => {
    const summary = createScoringSummary(novelty)
    scorer.scoreFrame(claims([good, huge]), [], { reasons: 0, firstRow: 500, summary })
    expect(summary.warnings().filter(({ code }) => code === 'finite')).toMatchObject([
      { rows: 1, share: 0.5 },
    ])
  })
})

describe('infinite features', () => {
  test('of either sign are found, row by row', () => {
    const values = Float32Array.of(1, Infinity, 2, 3, -Infinity, Infinity, NaN, 4)
    const found = infiniteRows(
      { values, rows: 4, columns: 2, names: ['a', 'b'] },
      { columns: [], sourcesOf: (name) => [name] },
    )
    expect([...found].map(([row, findings]) => [row, findings.map(({ field }) => field)])).toEqual([
      [0, ['b']],
      [2, ['a', 'b']],
    ])
    for (const [row, findings] of found)
      for (const finding of findings) {
        expect(finding).toMatchObject({ row, rule: 'finite', severity: 'error' })
        expect(finding.problem).toBe(`makes the feature ${finding.field} larger than a feature can be`)
      }
  })

  test('name what they are made of, but never a sensitive column', () => {
    const columns = blueprint.columns.map((column) =>
      column.name === 'factor' ? { ...column, role: 'sensitive' as const } : column,
    )
    const found = (sources: string[]) =>
      infiniteRows(
        { values: Float32Array.of(Infinity), rows: 1, columns: 1, names: ['worth'] },
        { columns, sourcesOf: () => sources },
      ).get(0)?.[0]
    expect(found(['factor', 'amount'])).toMatchObject({
      field: 'amount',
      problem: 'makes the feature worth (made of amount) larger than a feature can be',
    })
    expect(found(['amount', 'id'])?.problem).toContain('(made of amount, id)')
    expect(found(['worth'])?.problem).not.toContain('made of')
    expect(found([])?.field).toBe('worth')
  })
})

describe('a bundle', () => {
  test.each([true, false])(
    'scores as the pipeline that it was saved from (tells what was seen: %s)',
    async (told) => {
      const loaded = await loadScorer(await bundleOf(pipeline, told), { threads: 1 })
      const rows = loaded.scoreFrame(claims([good, low, { ...low, id: 'new' }]), [], { reasons: 2 })
      const before = scorer.scoreFrame(claims([good, low, { ...low, id: 'new' }]), [], { reasons: 2 })
      expect(loaded.novelty === undefined).toBe(!told)
      expect(rows.map((row) => ok(row).probability)).toEqual(before.map((row) => ok(row).probability))
      expect(rows.map((row) => ok(row).factors)).toEqual(before.map((row) => ok(row).factors))
      expect(ok(rows[2]).warnings).toHaveLength(told ? 1 : 0)
      const summary = createScoringSummary(loaded.novelty)
      expect(
        summary
          .warnings()
          .map(({ code }) => code)
          .includes('seen_values_absent'),
      ).toBe(!told)
      loaded.dispose()
    },
  )

  test('whose steps name other features than its model, or of an unknown kind of model, is damaged', async () => {
    const bundle = await bundleOf(pipeline, false)
    const load = (more: Partial<BundleFiles>) => loadScorer({ ...bundle, ...more }, { threads: 1 })
    const damaged = expect.objectContaining({ code: 'damaged_bundle' })
    const { model } = bundle.manifest
    await expect(
      load({ manifest: { ...bundle.manifest, model: { ...model, kind: 'oracle' } } }),
    ).rejects.toThrow('model is of kind "oracle"')
    const renamed: BundleFiles['read'] = async (name) => {
      const bytes = await bundle.read(name)
      if (name !== 'pipeline.json') return bytes
      const file = JSON.parse(new TextDecoder().decode(bytes)) as { features: string[] }
      return new TextEncoder().encode(JSON.stringify({ ...file, features: [...file.features].reverse() }))
    }
    await expect(load({ read: renamed })).rejects.toThrow('names other features than the model was fitted on')
    await expect(load({ read: renamed })).rejects.toEqual(damaged)
  })

  test('disposing of a scorer disposes of its pipeline', () => {
    let disposed = 0
    const parts = {
      manifest: manifestOf(),
      policy,
      pipeline: {
        ...pipeline,
        dispose: () => {
          disposed++
        },
      },
    }
    createScorer(parts).dispose()
    expect(disposed).toBe(1)
  })

  test('contributions of a pipeline are those of its prepared rows, with the scale that it declares', () => {
    const frame = claims([good, low])
    expect(pipeline.explains.explains).not.toBe('none')
    expect(pipeline.contributions?.(frame)).toEqual(pipeline.prepare(frame).contributions())
  })

  test('disposing of a pipeline disposes of its model', async () => {
    const fitted = await fitPipeline()
    fitted.dispose()
    expect(() => fitted.probabilities(claims([good]))).toThrow(TypeError)
  })
})

describe('a summary of a file', () => {
  const none = { counts: [], findings: [] }
  const summaryOf = (...batches: Parameters<typeof claims>[0][]): DataWarning[] => {
    const summary = createScoringSummary(novelty)
    for (const batch of batches) {
      const frame = claims(batch)
      summary.add({ rows: frame.rows, validation: none, rejections: [], novelty: novelty.inspect(frame, 0) })
    }
    return summary.warnings()
  }
  const of = (warnings: readonly DataWarning[], field: string) =>
    warnings.filter((each) => each.field === field)
  const row = (more: { id?: string | null; amount?: number; factor?: number } = {}) => ({ ...good, ...more })
  const many = (n: number, more?: Parameters<typeof row>[0]) => Array.from({ length: n }, () => row(more))

  test('adds up new levels over batches, loud from a fifth of the values on', () => {
    const found = summaryOf([...many(4), row({ id: 't-1' })], [...many(4), row({ id: 'far' })])
    expect(of(found, 'id')).toEqual([
      {
        field: 'id',
        code: 'unseen_level',
        problem: expect.stringMatching(/20 % of the values.*about 100 % is usual/),
        rows: 2,
        share: 0.2,
        examples: ['t-1 (did you mean T-1?)', 'far'],
        severity: 'warning',
      },
    ])
    const quiet = summaryOf([...many(9), row({ id: 'far' })])
    expect(of(quiet, 'id')[0]?.problem).not.toContain('of the values')
  })

  test('says how many new levels are usual where a hundredth of the training values occur once', () => {
    const problemOf = (once: number): string | undefined => {
      const ids = many(100).map((each, i) => ({ ...each, id: i < once ? `once-${String(i)}` : 'T-1' }))
      const check = compileNovelty(seenValues(claims(ids), { sha256: 'ab', seed: 1 }), {
        columns: [],
        trainedAt: 0,
      })
      const summary = createScoringSummary(check)
      const frame = claims([...many(9), row({ id: 'far' })])
      summary.add({ rows: 10, validation: none, rejections: [], novelty: check.inspect(frame, 0) })
      return of(summary.warnings(), 'id')[0]?.problem
    }
    const plain = 'holds values that were not seen in training'
    expect([0, 1, 2].map(problemOf)).toEqual([
      plain,
      `${plain} (about 1 % is usual for this column)`,
      `${plain} (about 2 % is usual for this column)`,
    ])
  })

  test('shares of values are of those present, shares of rows of all', () => {
    const found = summaryOf([...many(3), row({ id: 'far' }), ...many(4, { id: null })])
    expect(of(found, 'id').find(({ code }) => code === 'unseen_level')).toMatchObject({
      problem: expect.stringContaining(': 25 % of the values'),
      share: 0.125,
    })
  })

  test('counts numbers outside the range, with at most three examples', () => {
    const found = summaryOf([5, 1000, 2000, 3000, 4000, 7, 8, 9].map((amount) => row({ amount })))
    expect(of(found, 'amount')).toMatchObject([
      { code: 'range_of_training', rows: 4, share: 0.5, examples: ['1000', '2000', '3000'] },
    ])
  })

  test('says where values are gone: in every row, or a fifth more often than in training', () => {
    const gone = (empty: number, full: number) =>
      of(summaryOf([...many(empty, { factor: NaN }), ...many(full)]), 'factor')
    expect(gone(5, 0)).toMatchObject([
      {
        code: 'absent_column',
        problem: expect.stringContaining('in any row, which 100 %'),
        rows: 5,
        share: 1,
      },
    ])
    expect(gone(1, 4)).toMatchObject([
      { code: 'absent_column', problem: expect.stringContaining('far more often'), rows: 1, share: 0.2 },
    ])
    expect(gone(1, 5)).toEqual([])
    expect(summaryOf()).toEqual([])
    expect(summaryOf([])).toEqual([])
  })

  test('an empty column is told unless training lacked its values about as often', () => {
    const lacking = (missing: number) => {
      const before = claims(many(100).map((each, i) => (i < missing ? { ...each, factor: NaN } : each)))
      const check = compileNovelty(seenValues(before, { sha256: 'ab', seed: 1 }), {
        columns: [],
        trainedAt: 0,
      })
      const summary = createScoringSummary(check)
      const frame = claims(many(5, { factor: NaN }))
      summary.add({ rows: 5, validation: none, rejections: [], novelty: check.inspect(frame, 0) })
      return of(summary.warnings(), 'factor')
    }
    expect(lacking(2)).toMatchObject([{ code: 'absent_column', problem: expect.stringContaining('98 %') }])
    // A fifth more often than in training is told of any column.
    expect(lacking(79)).toMatchObject([{ code: 'absent_column' }])
    expect(lacking(81)).toEqual([])
  })

  test('a file without training to compare says so once and counts what else was found', () => {
    const summary = createScoringSummary(undefined)
    const finding = {
      row: 0,
      field: 'amount',
      value: -1,
      rule: 'min',
      problem: 'is below 0',
      allowed: '0 or more',
      severity: 'error' as const,
    }
    summary.add({
      rows: 4,
      validation: {
        counts: [{ rule: 'min', field: 'amount', severity: 'error', count: 1 }],
        findings: [finding],
      },
      rejections: [{ ...finding, rule: 'finite' }],
      novelty: undefined,
    })
    summary.addFindings([{ ...finding, rule: 'header' }])
    expect(summary.warnings().map(({ code, rows, share }) => [code, rows, share])).toEqual([
      ['min', 1, 0.25],
      ['finite', 1, 0.25],
      ['header', 1, 0.25],
      ['seen_values_absent', null, null],
    ])
  })

  test('a column that reading found absent is told once, with its share of training', () => {
    const summary = createScoringSummary(novelty)
    const frame = claims(many(3, { factor: NaN }))
    summary.add({ rows: 3, validation: none, rejections: [], novelty: novelty.inspect(frame, 0) })
    summary.addFindings([
      {
        row: null,
        field: 'factor',
        value: null,
        rule: 'absent_column',
        problem: 'is not in the file',
        allowed: 'a column',
        severity: 'warning',
      },
    ])
    expect(of(summary.warnings(), 'factor').map(({ problem }) => problem)).toEqual([
      'is not in the file (100 % of the training rows had a value)',
    ])
  })
})
