import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openContent } from '../src/sealed-content.ts'
import { classifierDefinitions } from '@claims/models'
import { openBundle } from '@claims/registry'
import { createPredictionRecorder, replayPrediction } from '../src/index.ts'
import { describeKinds, frozen, longAgo, newInstallation, type Installation } from './installation.ts'

describeKinds('replay', (kind) => {
  let installation: Installation
  beforeEach(async () => {
    installation = await newInstallation(kind)
  })
  afterEach(() => installation.dispose())

  test.each(['0.1', '2-boosting', '2-logistic', '3-decisions'])(
    'makes every row of the frozen bundle %s again, bit for bit, also those that were rejected',
    async (name) => {
      const { bundle, rows } = frozen(name)
      const scorer = await installation.scorer(bundle)
      const { scored, ids } = await installation.recordFile(scorer, rows)
      expect(new Set(ids).size).toBe(scored.length)
      const looked = scored.flatMap((row, i) => (!row.ok || i % 40 === 0 ? [i] : []))
      for (const i of looked) {
        const replay = await installation.replay(ids[i]!)
        expect([i, replay.differences, replay.exact]).toEqual([i, [], true])
        const { outcome } = replay.record
        const row = scored[i]!
        if (row.ok) expect(outcome).toMatchObject({ status: 'scored', score: row.probability })
        else expect(outcome).toMatchObject({ status: 'rejected', code: 'invalid_claim' })
      }
    },
  )

  test('counts from the recorded moment, and says what it is when it is another', async () => {
    const { bundle, rows } = frozen('2-logistic')
    const scorer = await installation.scorer(bundle)
    const { ids } = await installation.recordFile(scorer, rows)
    const logged = (await installation.log.find(ids[0]!))!
    expect(logged.record.now).toBe(longAgo.toISOString())
    expect(await installation.told()).toEqual([])
    const replay = await installation.replay(ids[0]!)
    expect(replay).toMatchObject({ exact: true, changed: [], place: { position: 1, followed: true } })
    expect(await installation.told()).toMatchObject([
      { action: 'replay_prediction', actor: 'ada', prediction: ids[0], subject: logged.record.subject },
    ])
  })

  test('scores JSON as it came, long numbers and all, and a record that is none', async () => {
    const { bundle } = frozen('2-boosting')
    const scorer = await installation.scorer(bundle)
    const { manifest, policy } = scorer
    const claims = [
      {
        ...{ claim_id: 'C–1', customer_id: 'Ünal', claim_amount: '1200.50', claim_type: 'auto' },
        ...{ claim_date: '2024-01-02', customer_age: 44, policy_duration: 3, previous_claims: -0 },
        ...{ policy_id: 'P', policy_start_date: '2023-04-26', policy_coverage: 50_000, policy_type: 'auto' },
        ...{ claim_description: 'x', extra: { $number: 'no', list: [NaN, Infinity, 9007199254740993n] } },
      },
      'no object',
      null,
    ]
    const options = { reasons: 4, now: longAgo, evidence: true }
    const scored = scorer.scoreRecords(claims, options)
    const { manifestSha256 } = await openBundle(bundle)
    const recorder = createPredictionRecorder({
      ...{ log: installation.log, vault: await installation.vault() },
      model: { name: 'm', version: '3', requested: 'm@3', manifest, manifestSha256, policy },
      facts: {
        caller: { actor: 'ada', source: 'test' },
        ...{ purpose: null, legal_basis: null, arm: 'champion' },
        product: { version: '0', libraries: [] },
        retention: { class: 'claims', delete_after: '2033-01-01' },
      },
    })
    const ids = await recorder.record({
      ...{ scored, firstRow: 0, now: longAgo, reasons: 4, milliseconds: 2.5 },
      inputOf: (row) => ({ input: { kind: 'record', record: claims[row] }, findings: [] }),
    })
    for (const id of ids) expect(await installation.replay(id)).toMatchObject({ exact: true })
    const logged = (await installation.log.find(ids[0]!))!
    const vault = await installation.vault()
    const content = openContent(await vault.keyOf(logged.record.subject), logged)
    expect(content.input).toEqual({ kind: 'record', record: claims[0] })
    // What no blueprint names may be anything, so the clear part does not say it.
    expect(JSON.stringify(logged.written)).not.toMatch(/extra|Ünal|C–1|1200/)
    expect(content.error).toBeUndefined()
    expect(logged.record.outcome.status).toBe('scored')
  })

  test('says which value differs, with both', async () => {
    const { bundle, rows } = frozen('2-logistic')
    const scorer = await installation.scorer(bundle)
    const { ids } = await installation.recordFile(scorer, rows)
    const { artifacts } = installation
    // A store that hands out another bundle under the hash, as a damaged one might if nobody checked.
    const other = await artifacts.open((await installation.log.find(ids[0]!))!.record.model.manifest_sha256)
    const policy = JSON.parse(Buffer.from(await other.read('policy.json')).toString()) as object
    const changed = Buffer.from(
      JSON.stringify({ ...policy, bands: { medium: 1e-9, high: 2e-9, critical: 3e-9 } }),
    )
    const replay = await replayPrediction(ids[0]!, {
      ...installation,
      vault: await installation.vault(),
      access: { note: () => Promise.resolve() },
      catalog: classifierDefinitions(),
      product: { version: '9', libraries: [] },
      artifacts: {
        ...{ put: () => Promise.reject(new Error('no')), locate: () => Promise.resolve('') },
        open: () =>
          Promise.resolve({
            ...other,
            read: (name: string) => (name === 'policy.json' ? Promise.resolve(changed) : other.read(name)),
          }),
      } as never,
    })
    expect(replay.exact).toBe(false)
    expect(replay.differences).toEqual([
      { field: 'risk_band', recorded: expect.any(String), replayed: 'CRITICAL' },
    ])
    expect(replay.changed).toEqual(['claims was 0.0.1 and is 9', 'node was 20.0.0 and is absent'])
  })

  describe('says why it cannot be made', () => {
    test('nothing is recorded under the id', async () => {
      for (const id of ['', 'x', '01a22789-bd7b-7a50-a718-f9c533f86e09'])
        await expect(installation.replay(id)).rejects.toMatchObject({ code: 'unknown_prediction' })
    })

    test('the bundle is gone, or a file of it was changed', async () => {
      const { bundle, rows } = frozen('2-logistic')
      const { ids } = await installation.recordFile(await installation.scorer(bundle), rows)
      const { record } = (await installation.log.find(ids[0]!))!
      const place = await installation.artifacts.locate(record.model.manifest_sha256)
      await writeFile(join(place, 'policy.json'), '{}')
      await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'damaged_bundle' })
      await rm(place, { recursive: true })
      await expect(installation.replay(ids[0]!)).rejects.toMatchObject({
        code: 'damaged_bundle',
        problems: [{ field: 'model', problem: expect.stringContaining('is gone') }],
      })
    })
  })
})
