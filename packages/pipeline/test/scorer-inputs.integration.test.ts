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

  test('features that are not those of the model are a damaged bundle, not a bad claim', async () => {
    const file = pipelineFileSchema.parse(await bundle.readJson('pipeline.json'))
    const changed = new TextEncoder().encode(canonicalJson({ ...file, features: file.features.slice(1) }))
    const edited = {
      ...bundle,
      read: (name: string) => (name === 'pipeline.json' ? Promise.resolve(changed) : bundle.read(name)),
    }
    await expect(loadScorer(edited, { threads: 1 })).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'pipeline.json' }],
    })
  })
})
