import { canonicalJson, type Clock, type LeakageFinding } from '@claims/contracts'
import { exampleEvaluation, type ExampleBundleOptions } from '@claims/contracts/example'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { signApproval } from '../approvals/sign-approval.ts'
import { writeExampleBundle } from '../example/example-bundle.ts'
import { noPolicy } from '../gates/gate-state.ts'
import { parseConstraint } from '../gates/parse-constraint.ts'
import { detailsOf } from '../history/details/details-of.ts'
import type { PromotionPolicy } from '../history/details/policy-details.ts'
import type { ModelRegistry } from '../model-registry.ts'
import type { ModelRegistryFixture } from './model-registry-fixture.ts'
import { TestPerson } from './second-person.ts'

const day = 86_400_000
const [trainer, promoter] = [
  { actor: 'ada', reason: 'trained' },
  { actor: 'pat', reason: 'better on the test set' },
]

/** The gates of the contract of `ModelRegistry` as tests; `describeModelRegistry` runs them. */
export function describeModelGates(factory: (clock: Clock) => Promise<ModelRegistryFixture>): void {
  describe('gates', () => {
    let fixture: ModelRegistryFixture
    let registry: ModelRegistry
    let root: string
    let now: number
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'claims-gates-suite-'))
      now = Date.UTC(2026, 0, 1)
      fixture = await factory({ now: () => new Date((now += 1_000)) })
      registry = fixture.registry
    })
    afterEach(async () => {
      await fixture.dispose?.()
      await rm(root, { recursive: true, force: true })
    })

    async function register(options: ExampleBundleOptions = {}, actor = 'ada'): Promise<string> {
      const directory = join(root, `bundle-${String(Math.random())}`)
      await writeExampleBundle(directory, options)
      return (await registry.register('fraud', directory, { actor })).version
    }
    const policyOf = (...constraints: readonly string[]): PromotionPolicy => ({
      ...noPolicy,
      constraints: constraints.map(parseConstraint),
    })
    const promote = (version: string, more: object = {}): ReturnType<ModelRegistry['promote']> =>
      registry.promote('fraud', version, { ...promoter, ...more })
    const refusedBy = (...fields: readonly string[]): object => ({
      code: 'promotion_refused',
      problems: fields.map((field) => expect.objectContaining({ field })),
    })
    const furtherEvaluation = async (recall: number, known = false): Promise<string> => {
      const { manifest_sha256 } = await registry.get('fraud', '1')
      const tp = Math.round(recall * 100)
      const metrics = {
        ...{ recall, precision: tp / (tp + 180), specificity: 0.8, accuracy: (tp + 720) / 1000 },
      }
      const evaluation = exampleEvaluation({
        metrics,
        measuredOn: {
          ...{ kind: 'file', source: 'later.csv', sha256: 'a'.repeat(64), manifest_sha256 },
          training_file: false,
          known_rows: {
            ...{
              rows: 100,
              known: known ? 90 : 0,
              share: known ? 0.9 : 0,
              lower: 0,
              upper: 1,
              exact: true,
            },
            ...{ chance: { rows: 100, known: 0 }, beyond_chance: known },
          },
        },
      })
      const { test: measured } = evaluation
      const confusion = { tn: 720, fp: 180, fn: 100 - tp, tp }
      const bounded = { value: recall, lower: Math.max(0, recall - 0.05), upper: Math.min(1, recall + 0.05) }
      return canonicalJson({
        ...evaluation,
        test: {
          ...{ ...measured, rows: 1000, positives: 100, confusion },
          metrics: {
            ...measured.metrics,
            recall: bounded,
            precision: { ...measured.metrics.precision, lower: 0 },
          },
        },
      })
    }

    test('constraints of the blueprint and of the policy are held against what the bundle measured', async () => {
      const evaluation = exampleEvaluation({ metrics: { recall: 0.9 }, outOfTime: { recall: 0.7 } })
      await register({ evaluation, constraints: { min_recall: 0.85, max_false_positive_rate: 0.3 } })
      await promote('1', { expected: null })
      const [entry] = (await fixture.other.history('fraud')).slice(-1)
      const { gates } = detailsOf(entry!, 'promote')!
      expect(
        gates.map(({ gate, metric, operator, limit, passed }) => [gate, metric, operator, limit, passed]),
      ).toEqual([
        ['training_verdict', null, null, null, true],
        ['constraint', 'recall', '>=', 0.85, true],
        ['constraint', 'false_positive_rate', '<=', 0.3, true],
        ['approvals', null, '>=', 0, true],
        ['expected_champion', null, '==', 'none', true],
      ])
      expect(gates[1]).toMatchObject({
        on: 'test',
        value: 0.9,
        evidence: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      const policy = policyOf(
        'recall on out_of_time >= 0.8',
        'p99_latency_ms on test <= 50',
        'recall on group region=north >= 0.5',
      )
      await registry.gates.setPolicy('fraud', policy, promoter)
      expect(await fixture.other.gates.policy('fraud')).toEqual(policy)
      await expect(promote('1')).rejects.toMatchObject(
        refusedBy('recall on out_of_time', 'p99_latency_ms on test', 'recall on group region=north'),
      )
      expect((await registry.history('fraud')).at(-1)).toMatchObject({
        ...{ action: 'promote_refused', version: '1', alias: null, override: false, actor: 'pat' },
        details: {
          gates: expect.arrayContaining([
            expect.objectContaining({ metric: 'recall', on: 'out_of_time', value: 0.7, passed: false }),
            expect.objectContaining({
              metric: 'p99_latency_ms',
              value: null,
              why: expect.stringContaining('no evidence'),
            }),
          ]),
        },
      })
      expect(await registry.readAlias('fraud', 'champion')).toBe('1')
    })

    test('a check says the same as a promotion and changes nothing', async () => {
      await register({ evaluation: exampleEvaluation(), constraints: { min_recall: 0.85 } })
      const before = await registry.history('fraud')
      const report = await registry.gates.check('fraud', '1', { actor: 'pat' })
      expect(report).toMatchObject({ passed: false, overridden: false })
      expect(await registry.history('fraud')).toEqual(before)
      await expect(promote('1')).rejects.toMatchObject(refusedBy('recall on test'))
      expect((await registry.history('fraud')).at(-1)?.details).toEqual(
        expect.objectContaining({ gates: report.gates }),
      )
    })

    test('evidence that is added can take a promotion away and never make one', async () => {
      await register({ evaluation: exampleEvaluation(), constraints: { min_recall: 0.75 } })
      const add = async (recall: number, known = false): Promise<unknown> =>
        registry.gates.addEvidence('fraud', '1', {
          ...promoter,
          evaluation: await furtherEvaluation(recall, known),
        })
      await add(0.1, true)
      await promote('1')
      await add(0.95)
      await promote('1')
      await add(0.5)
      await expect(promote('1')).rejects.toMatchObject(refusedBy('recall on test'))
      await add(0.99)
      const { gates } = await registry.gates.check('fraud', '1')
      expect(gates.find(({ metric }) => metric === 'recall')).toMatchObject({
        ...{ value: 0.5, passed: false },
        why: expect.stringMatching(/worst of 4 evaluations.*90 of its 100 rows were trained on/),
      })
      await expect(add(0.99)).rejects.toMatchObject({ code: 'already_exists' })
      await register({ seed: 2 })
      const other = await furtherEvaluation(0.9)
      await expect(
        registry.gates.addEvidence('fraud', '2', { ...promoter, evaluation: other }),
      ).rejects.toMatchObject({ code: 'evidence_refused' })
      for (const evaluation of ['', '{', '{}', 'null', canonicalJson(exampleEvaluation())])
        await expect(
          registry.gates.addEvidence('fraud', '1', { ...promoter, evaluation }),
        ).rejects.toMatchObject({ code: 'evidence_refused' })
    })

    test('a policy that demands approvals is met by other people, each once', async () => {
      await register()
      await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 2 }, trainer)
      await expect(promote('1')).rejects.toMatchObject(refusedBy('approvals'))
      const grace = await TestPerson.enroll(registry, 'grace')
      const linus = await TestPerson.enroll(registry, 'linus', grace)
      const ada = await TestPerson.enroll(registry, 'ada', linus)
      const pat = await TestPerson.enroll(registry, 'Pat', grace)
      const approval = { name: 'fraud', version: '1' }
      await expect(ada.approve(approval)).rejects.toMatchObject({ code: 'approval_refused' })
      await expect(grace.approve({ ...approval, actor: 'ada' })).rejects.toMatchObject({
        code: 'approval_refused',
      })
      await grace.approve(approval)
      await grace.approve(approval)
      await expect(promote('1')).rejects.toMatchObject(refusedBy('approvals'))
      await linus.approve({ ...approval, validityDays: 30 })
      await pat.approve(approval)
      const { details } = await promote('1')
      expect(details).toMatchObject({
        approvals: [{ approver: 'grace' }, { approver: 'linus' }, { approver: 'Pat' }],
      })
      now += 31 * day
      await promote('1')
      await registry.approvers.revoke({ name: 'grace', signWith: linus.key, actor: 'linus', reason: 'lost' })
      await expect(promote('1')).rejects.toMatchObject({
        ...refusedBy('approvals'),
        message: expect.stringMatching(/expired.*promotes it and would be the only one/s),
      })
      expect(await registry.gates.verifyApprovals('fraud')).toMatchObject(
        ['grace', 'grace', 'linus', 'Pat'].map((approver) => ({ approver, problem: null })),
      )
    })

    test('a weaker policy needs another person while approvals are demanded', async () => {
      await register()
      const strict = { ...policyOf('recall on test >= 0.8'), approvals: 1 }
      await registry.gates.setPolicy('fraud', strict, promoter)
      await registry.gates.setPolicy('fraud', { ...strict, approvals: 2 }, promoter)
      const grace = await TestPerson.enroll(registry, 'grace')
      for (const policy of [noPolicy, strict, { ...policyOf('recall on test > 0.79'), approvals: 2 }]) {
        const set = (): Promise<unknown> => registry.gates.setPolicy('fraud', policy, promoter)
        await expect(set()).rejects.toMatchObject({ code: 'policy_refused' })
      }
      await grace.approve({ name: 'fraud', kind: 'policy', policy: strict })
      await expect(registry.gates.setPolicy('fraud', noPolicy, promoter)).rejects.toMatchObject({
        code: 'policy_refused',
      })
      await expect(
        registry.gates.setPolicy('fraud', strict, { ...promoter, actor: 'Grace' }),
      ).rejects.toMatchObject({ code: 'policy_refused' })
      expect(await registry.gates.setPolicy('fraud', strict, promoter)).toMatchObject({
        details: { policy: strict, approvals: [{ approver: 'grace' }] },
      })
      await registry.gates.setPolicy('fraud', { ...strict, approvals: 2 }, promoter)
      await expect(registry.gates.setPolicy('fraud', strict, promoter)).rejects.toMatchObject({
        code: 'policy_refused',
      })
    })

    test('an override takes a second person, once, for what that person saw', async () => {
      await register({ promotable: false, evaluation: exampleEvaluation() })
      const override = { override: true }
      await expect(promote('1', override)).rejects.toMatchObject(refusedBy('training verdict', 'override'))
      const grace = await TestPerson.enroll(registry, 'grace')
      const pat = await TestPerson.enroll(registry, 'pat', grace)
      await pat.approve({ name: 'fraud', version: '1', kind: 'override' })
      await expect(promote('1', override)).rejects.toMatchObject(refusedBy('training verdict', 'override'))
      await grace.approve({ name: 'fraud', version: '1' })
      await expect(promote('1', override)).rejects.toMatchObject(refusedBy('training verdict', 'override'))
      await expect(promote('1')).rejects.toMatchObject(refusedBy('training verdict'))
      await grace.approve({ name: 'fraud', version: '1', kind: 'override' })
      await expect(promote('1')).rejects.toMatchObject(refusedBy('training verdict'))
      expect(await promote('1', override)).toMatchObject({
        ...{ action: 'promote', override: true, actor: 'pat' },
        details: {
          gates: expect.arrayContaining([
            expect.objectContaining({ gate: 'training_verdict', passed: false, overridden: true }),
            expect.objectContaining({
              gate: 'override',
              passed: true,
              why: expect.stringContaining('grace'),
            }),
          ]),
        },
      })
      await expect(promote('1', override)).rejects.toMatchObject(refusedBy('training verdict', 'override'))
      await grace.approve({ name: 'fraud', version: '1', kind: 'override' })
      await registry.gates.addEvidence('fraud', '1', {
        ...promoter,
        evaluation: await furtherEvaluation(0.1),
      })
      await expect(promote('1', override)).rejects.toMatchObject(refusedBy('training verdict', 'override'))
      await grace.approve({ name: 'fraud', version: '1', kind: 'override' })
      await registry.gates.setPolicy('fraud', policyOf('recall on test >= 0.99'), promoter)
      await expect(promote('1', override)).rejects.toMatchObject({ code: 'promotion_refused' })
      await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 3 }, promoter)
      await expect(grace.promoteWith('fraud', '1', promoter)).rejects.toMatchObject(refusedBy('approvals'))
    })

    test('a suspected leak that the training kept needs a second person', async () => {
      const finding: LeakageFinding = {
        ...{ column: 'paid', evidence: {} },
        ...{ kind: 'post_outcome_name', severity: 'block', action: 'kept' },
        message: 'paid is known after the outcome. Kept because: it is known before.',
      }
      await register({ evaluation: exampleEvaluation({ findings: [finding] }) })
      await expect(promote('1')).rejects.toMatchObject(refusedBy('leak'))
      const pat = await TestPerson.enroll(registry, 'pat')
      const grace = await TestPerson.enroll(registry, 'grace', pat)
      await pat.approve({ name: 'fraud', version: '1' })
      await expect(promote('1')).rejects.toMatchObject(refusedBy('leak'))
      await grace.approve({ name: 'fraud', version: '1' })
      await promote('1')
    })

    test('what was signed is what counts: another bundle, an altered reason, a foreign key, the clock', async () => {
      await register()
      await register({ seed: 2 })
      await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1 }, promoter)
      const grace = await TestPerson.enroll(registry, 'grace')
      const { key } = grace
      const draft = await registry.gates.draftApproval('fraud', {
        kind: 'approval',
        version: '1',
        key,
        reason: 'fine',
      })
      const change = { actor: 'grace', reason: 'fine' }
      const { manifest_sha256: other } = await registry.get('fraud', '2')
      const changed = [
        { version: '2' },
        { version: '2', manifest_sha256: other },
        { manifest_sha256: other },
        { model: 'other' },
        { reason: 'very fine' },
        { expires_at: '2999-01-01T00:00:00.000Z' },
        { approver: 'linus' },
        { kind: 'override' as const },
        { key_id: 'f'.repeat(64) },
        { seen: { position: 1, sha256: 'f'.repeat(64) } },
        { seen: { position: 77, sha256: draft.seen.sha256 } },
      ]
      const signed = signApproval(draft, key)
      for (const change_ of changed) {
        const tampered = { ...signed, statement: { ...draft, ...change_ } }
        await expect(registry.gates.approve('fraud', tampered, change)).rejects.toMatchObject({
          code: 'approval_refused',
        })
      }
      const signedWrong = [
        { version: '2' },
        { manifest_sha256: other },
        { model: 'other' },
        { seen: { position: 1, sha256: 'f'.repeat(64) } },
        { signed_at: '2027-01-01T00:00:00.000Z' },
        { expires_at: '2025-01-01T00:00:00.000Z' },
      ]
      for (const wrong of signedWrong)
        await expect(
          registry.gates.approve('fraud', signApproval({ ...draft, ...wrong }, key), change),
        ).rejects.toMatchObject({ code: 'approval_refused' })
      await registry.gates.approve('fraud', signed, change)
      await promote('1')
      await expect(promote('2')).rejects.toMatchObject(refusedBy('approvals'))
      now -= 2 * day
      await expect(promote('1')).rejects.toMatchObject({
        ...refusedBy('approvals'),
        message: expect.stringContaining('and the clock says'),
      })
    })

    test('approvals cannot be judged by a clock that is behind the history', async () => {
      await register()
      const grace = await TestPerson.enroll(registry, 'grace')
      await grace.approve({ name: 'fraud', version: '1', validityDays: 1 })
      now += 2 * day
      await registry.setAlias('fraud', 'shadow', { ...promoter, version: '1' })
      now -= 1.5 * day
      await expect(promote('1')).rejects.toMatchObject(refusedBy('clock'))
    })

    test('of two who promote at once under approvals, one wins', async () => {
      await register()
      await register({ seed: 2 })
      await registry.gates.setPolicy('fraud', { ...noPolicy, approvals: 1 }, promoter)
      const grace = await TestPerson.enroll(registry, 'grace')
      for (const version of ['1', '2']) await grace.approve({ name: 'fraud', version })
      const outcomes = await Promise.allSettled(
        [registry, fixture.other].map((client, i) =>
          client.promote('fraud', String(i + 1), { ...promoter, expected: null }),
        ),
      )
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'alias_conflict' },
      })
    })

    test('keys: one a person, signed for by another one, and never the same again', async () => {
      const grace = await TestPerson.enroll(registry, 'grace')
      const refused = { code: 'enrollment_refused' }
      await expect(TestPerson.enroll(registry, 'linus')).rejects.toMatchObject(refused)
      for (const name of ['Grace', 'Gra ce'])
        await expect(TestPerson.enroll(registry, name, grace)).rejects.toMatchObject(refused)
      const linus = await TestPerson.enroll(fixture.other, 'linus', grace)
      const change = { actor: 'ada', reason: 'a test' }
      const enroll = (name: string, signer: TestPerson, of: TestPerson): Promise<unknown> =>
        registry.approvers.enroll({ ...change, name, publicKey: of.key, signWith: signer.key })
      await expect(enroll('ken', grace, linus)).rejects.toMatchObject(refused)
      await registry.approvers.revoke({ ...change, name: 'linus', signWith: linus.key })
      await expect(enroll('linus', grace, linus)).rejects.toMatchObject(refused)
      await expect(TestPerson.enroll(registry, 'ken', linus)).rejects.toMatchObject(refused)
      await expect(
        registry.approvers.revoke({ ...change, name: 'grace', signWith: grace.key }),
      ).rejects.toMatchObject(refused)
      const again = await TestPerson.enroll(registry, 'linus', grace)
      for (const name of ['', ' ada', 'a\nb', 'a'.repeat(101)])
        await expect(TestPerson.enroll(registry, name, grace)).rejects.toMatchObject({
          code: 'invalid_parameter',
        })
      expect(await fixture.other.approvers.list()).toMatchObject([
        { name: 'grace', signed_by: null, revoked_at: null },
        { name: 'linus', signed_by: 'grace', key_id: linus.key.keyId, revoked_because: 'a test' },
        { name: 'linus', signed_by: 'grace', key_id: again.key.keyId, revoked_at: null },
      ])
      expect((await registry.list()).models).toEqual([])
    })

    test('a retired version fails the check, and a deleted one is neither checked nor approved', async () => {
      await register()
      await register({ seed: 2 })
      await promote('1')
      await registry.retire('fraud', '2', promoter)
      expect(await registry.gates.check('fraud', '2')).toMatchObject({
        passed: false,
        gates: expect.arrayContaining([expect.objectContaining({ gate: 'version', passed: false })]),
      })
      await expect(promote('2')).rejects.toMatchObject({ code: 'version_retired' })
      await registry.delete('fraud', '2', promoter)
      const grace = await TestPerson.enroll(registry, 'grace')
      const deleted = { code: 'version_deleted' }
      await expect(registry.gates.check('fraud', '2')).rejects.toMatchObject(deleted)
      await expect(grace.approve({ name: 'fraud', version: '2' })).rejects.toMatchObject(deleted)
      expect((await registry.history('fraud')).at(-1)?.action).toBe('delete')
    })

    test('says who asserted the actor', async () => {
      const directory = join(root, 'bundle')
      await writeExampleBundle(directory)
      await registry.register('fraud', directory, { actor: 'ada', actorSource: 'operating_system' })
      await promote('1', { actorSource: 'stated' })
      expect(
        (await registry.history('fraud')).map(({ actor, actor_source }) => [actor, actor_source]),
      ).toEqual([
        ['ada', 'operating_system'],
        ['pat', 'stated'],
      ])
    })
  })
}
