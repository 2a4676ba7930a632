import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { canonicalJson, pipelineFileSchema } from '@claims/contracts'
import { openBundle, type Bundle } from '@claims/registry'
import { loadScorer, type Scorer } from '@claims/scoring'

describe('what a caller without types gives a scorer', () => {
  const options = { reasons: 1, now: new Date('2026-02-03') }
  let bundle: Bundle
  let scorer: Scorer
  beforeAll(async () => {
    bundle = await openBundle(join(import.meta.dirname, 'bundles', '3-decisions', 'bundle'))
    scorer = await loadScorer(bundle, { threads: 1 })
  })
  afterAll(() => {
    scorer.dispose()
  })

  test('a hole of a sparse array is a claim that is refused', () => {
    const sparse: unknown[] = []
    sparse[1] = null
    expect(scorer.scoreRecords(sparse, options)).toMatchObject([
      { ok: false, error: { code: 'invalid_claim' } },
      { ok: false, error: { code: 'invalid_claim' } },
    ])
  })

  test.each<[string, unknown, object]>([
    ['records', {}, {}],
    ['records', '[{}]', {}],
    ['reasons', [{}], { reasons: Infinity }],
    ['reasons', [{}], { reasons: -1 }],
    ['reasons', [{}], { reasons: 1.5 }],
    ['now', [{}], { now: new Date(NaN) }],
    ['now', [{}], { now: '2026-02-03' }],
  ])('%s that cannot be are named: %j %j', (field, records, changed) => {
    let thrown: unknown
    try {
      scorer.scoreRecords(records as unknown[], { ...options, ...changed })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'invalid_parameter', problems: [{ field }] })
  })

  async function loadedWith(file: unknown): Promise<Scorer> {
    const changed = new TextEncoder().encode(canonicalJson(file))
    const edited = {
      ...bundle,
      read: (name: string) => (name === 'pipeline.json' ? Promise.resolve(changed) : bundle.read(name)),
    }
    return await loadScorer(edited, { threads: 1 })
  }

  test('a bundle without a step that makes a feature is damaged, and names what no step makes', async () => {
    const file = pipelineFileSchema.parse(await bundle.readJson('pipeline.json'))
    const makes: Record<string, RegExp> = {
      days_between: /^pipeline\.json makes no column days_since_policy_start, which the model reads$/,
      date_parts: /makes no column claim_date_month, claim_date_day_of_week, claim_date_is_weekend, which/,
      tf_idf: /makes no column (claim_description:\w+, ){9}claim_description:\w+, which/,
      target_encode: /makes no column location_target_rate, which/,
    }
    for (const [kind, message] of Object.entries(makes)) {
      const steps = file.steps.filter((step) => step.kind !== kind)
      expect(steps).toHaveLength(file.steps.length - 1)
      await expect(loadedWith({ ...file, steps })).rejects.toMatchObject({
        code: 'damaged_bundle',
        message: expect.stringMatching(message),
        problems: [{ field: 'pipeline.json' }],
      })
    }
    await expect(loadedWith({ ...file, steps: [] })).rejects.toThrow(
      /makes no column (\S+, ){9}\S+ and \d+ more, /,
    )
  })

  test('a step that lacks a column is named', async () => {
    const file = pipelineFileSchema.parse(await bundle.readJson('pipeline.json'))
    const steps = file.steps.filter(({ kind }) => kind !== 'days_between')
    const features = file.features.filter((name) => name !== 'days_since_policy_start')
    await expect(loadedWith({ ...file, steps, features })).rejects.toMatchObject({
      code: 'damaged_bundle',
      message: expect.stringMatching(
        /^pipeline\.json does not make what the model reads: .*days_since_policy_start/,
      ),
    })
  })

  test('features that are not those of the model are a damaged bundle, not a bad claim', async () => {
    const file = pipelineFileSchema.parse(await bundle.readJson('pipeline.json'))
    await expect(loadedWith({ ...file, features: file.features.slice(1) })).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'pipeline.json' }],
    })
  })
})
