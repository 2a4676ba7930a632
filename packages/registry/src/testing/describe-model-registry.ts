import { type Clock } from '@claims/contracts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ModelRegistry } from '../model-registry.ts'
import type { ModelRegistryFixture } from './model-registry-fixture.ts'
import { describeModelGates } from './describe-model-gates.ts'
import { TestPerson } from './second-person.ts'
import { writeExampleBundle } from '../example/example-bundle.ts'
import { testModelVersions } from './test-model-versions.ts'

/** Parts of the contract that an implementation may lack, with the reason. */
export interface ModelRegistryUnsupported {
  readonly concurrent_registration?: string
}

/**
 * The contract of `ModelRegistry` as tests; every implementation runs it.
 *
 * @param name of the implementation
 * @param factory makes an empty registry that tells the time by the given clock
 * @param options `unsupported`: parts that the implementation lacks, each with its reason
 */
export function describeModelRegistry(
  name: string,
  factory: (clock: Clock) => Promise<ModelRegistryFixture>,
  options: { unsupported?: ModelRegistryUnsupported } = {},
): void {
  const unsupported = options.unsupported ?? {}
  describe(`ModelRegistry: ${name}`, () => {
    const ada = { actor: 'ada', reason: 'better on the test set' }
    let fixture: ModelRegistryFixture
    let registry: ModelRegistry
    let root: string
    let minutes: number
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'claims-registry-suite-'))
      minutes = 0
      fixture = await factory({ now: () => new Date(Date.UTC(2026, 0, 1, 0, minutes++)) })
      registry = fixture.registry
    })
    afterEach(async () => {
      await fixture.dispose?.()
      await rm(root, { recursive: true, force: true })
    })

    async function register(seed: number, promotable = true): Promise<string> {
      const directory = join(root, `bundle-${String(seed)}`)
      await writeExampleBundle(directory, { seed, promotable })
      return (await registry.register('fraud', directory, { notes: `seed ${String(seed)}`, actor: 'ada' }))
        .version
    }

    testModelVersions(() => ({ registry, other: fixture.other, register }))

    test('gives versions in order and keeps what was registered', async () => {
      expect(await registry.list()).toEqual({ models: [], damaged: [] })
      expect(await register(1)).toBe('1')
      expect(await register(2)).toBe('2')
      await rm(join(root, 'bundle-1'), { recursive: true })
      expect(await registry.list()).toEqual({
        models: [{ name: 'fraud', latest_version: '2', versions: 2, aliases: {}, stages: { None: '2' } }],
        damaged: [],
      })
      expect((await registry.versions('fraud')).map((v) => [v.version, v.notes])).toEqual([
        ['1', 'seed 1'],
        ['2', 'seed 2'],
      ])
      const resolved = await registry.resolve('fraud@1')
      expect(resolved).toMatchObject({ name: 'fraud', version: '1', manifest: { seed: 1 } })
      const bundle = await resolved.open()
      expect(bundle.manifest).toEqual(resolved.manifest)
      expect(bundle.manifestSha256).toBe(resolved.manifestSha256)
      expect(await bundle.readJson('model/weights.json')).toEqual({ seed: 1, weights: [1 / 7, 2] })
      expect(await resolved.locate()).not.toBe('')
      expect(await registry.get('fraud', '1')).toMatchObject({
        registered_at: '2026-01-01T00:00:00.000Z',
        manifest_sha256: bundle.manifestSha256,
        model: { kind: 'logistic_regression' },
        headline: { roc_auc: 0.8 },
      })
    })

    test('refuses a bundle that is absent or damaged and registers nothing', async () => {
      await expect(registry.register('fraud', join(root, 'absent'))).rejects.toMatchObject({
        code: 'file_not_found',
      })
      await writeExampleBundle(join(root, 'damaged'))
      await rm(join(root, 'damaged', 'pipeline.json'))
      await expect(registry.register('fraud', join(root, 'damaged'))).rejects.toMatchObject({
        code: 'damaged_bundle',
      })
      expect(await registry.list()).toEqual({ models: [], damaged: [] })
      await expect(registry.versions('fraud')).rejects.toMatchObject({ code: 'unknown_model' })
    })

    test('names what does not exist', async () => {
      await expect(registry.history('fraud')).rejects.toMatchObject({ code: 'unknown_model' })
      await expect(registry.promote('fraud', '1', ada)).rejects.toMatchObject({ code: 'unknown_model' })
      await expect(registry.rollback('fraud', ada)).rejects.toMatchObject({ code: 'unknown_model' })
      await expect(registry.resolve('fraud')).rejects.toMatchObject({ code: 'unknown_model' })
      await register(1)
      await expect(registry.get('fraud', '2')).rejects.toMatchObject({ code: 'unknown_version' })
      await expect(registry.resolve('fraud@2')).rejects.toMatchObject({ code: 'unknown_version' })
      await expect(registry.setAlias('fraud', 'shadow', { ...ada, version: '7' })).rejects.toMatchObject({
        code: 'unknown_version',
      })
      await expect(registry.readAlias('fraud', 'shadow')).rejects.toMatchObject({ code: 'unknown_alias' })
      await expect(registry.resolve('fraud@shadow')).rejects.toMatchObject({ code: 'unknown_alias' })
      await expect(registry.resolve('fraud')).rejects.toMatchObject({ code: 'unknown_alias' })
    })

    test('refuses names and aliases outside their alphabet', async () => {
      await register(1)
      for (const bad of ['', 'Fraud', '1fraud', 'fraud_x', '../fraud', 'a/b', 'fraud ', 'a'.repeat(101)]) {
        await expect(registry.versions(bad)).rejects.toMatchObject({ code: 'invalid_parameter' })
        await expect(registry.register(bad, join(root, 'bundle-1'))).rejects.toMatchObject({
          code: 'invalid_parameter',
        })
      }
      for (const bad of ['', 'v1', 'latest', '3', 'Shadow', 'a b']) {
        await expect(registry.setAlias('fraud', bad, { ...ada, version: '1' })).rejects.toMatchObject({
          code: 'invalid_parameter',
        })
      }
      await expect(registry.setAlias('fraud', 'champion', { ...ada, version: '1' })).rejects.toMatchObject({
        code: 'invalid_parameter',
      })
      await expect(registry.resolve('fraud@1@2')).rejects.toMatchObject({ code: 'invalid_parameter' })
      await expect(registry.promote('fraud', '1', { actor: 'ada', reason: ' ' })).rejects.toMatchObject({
        code: 'invalid_parameter',
      })
    })

    test('sets aliases by compare-and-set', async () => {
      await register(1)
      await register(2)
      await registry.setAlias('fraud', 'shadow', { ...ada, version: '1', expected: null })
      expect(await registry.readAlias('fraud', 'shadow')).toBe('1')
      await expect(
        registry.setAlias('fraud', 'shadow', { ...ada, version: '2', expected: null }),
      ).rejects.toMatchObject({
        code: 'alias_conflict',
      })
      await expect(
        registry.setAlias('fraud', 'shadow', { ...ada, version: '1', expected: '2' }),
      ).rejects.toMatchObject({
        code: 'alias_conflict',
      })
      expect(await registry.readAlias('fraud', 'shadow')).toBe('1')
      await registry.setAlias('fraud', 'shadow', { ...ada, version: '2', expected: '1' })
      await registry.setAlias('fraud', 'canary', { ...ada, version: '2' })
      expect((await registry.get('fraud', '2')).aliases).toEqual(['shadow', 'canary'])
      expect((await registry.resolve('fraud@shadow')).version).toBe('2')
      expect((await registry.list()).models[0]?.aliases).toEqual({ canary: '2', shadow: '2' })
    })

    test('a resolved version stays the one that it was, also where the alias moves on', async () => {
      await registry.promote('fraud', await register(1), ada)
      const resolved = await registry.resolve('fraud')
      await registry.promote('fraud', await register(2), ada)
      expect((await resolved.open()).manifest.seed).toBe(1)
    })

    test('registers a bundle that is open, and the same one twice', async () => {
      await register(1)
      const bundle = await (await registry.resolve('fraud@1')).open()
      expect(await registry.register('again', bundle)).toMatchObject({ name: 'again', version: '1' })
      expect(await fixture.other.register('again', bundle)).toMatchObject({ version: '2' })
      expect((await registry.list()).models.map(({ name, versions }) => [name, versions])).toEqual([
        ['again', 2],
        ['fraud', 1],
      ])
    })

    test('of two that set one alias at once, one is refused', async () => {
      await register(1)
      const change = { ...ada, expected: null }
      const outcomes = await Promise.allSettled([
        registry.setAlias('fraud', 'shadow', { ...change, version: '1' }),
        fixture.other.setAlias('fraud', 'shadow', { ...change, version: '1' }),
      ])
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    const concurrent = unsupported.concurrent_registration
    const testConcurrent = concurrent === undefined ? test : test.skip
    testConcurrent(
      `registers at once without losing one${concurrent === undefined ? '' : `: ${concurrent}`}`,
      async () => {
        const seeds = [1, 2, 3, 4, 5, 6]
        for (const seed of seeds) await writeExampleBundle(join(root, String(seed)), { seed })
        const versions = await Promise.all(
          seeds.map(async (seed) => {
            const client = seed % 2 === 0 ? registry : fixture.other
            return (await client.register('fraud', join(root, String(seed)), { notes: String(seed) })).version
          }),
        )
        expect([...versions].sort()).toEqual(['1', '2', '3', '4', '5', '6'])
        for (const { version, notes } of await registry.versions('fraud')) {
          expect((await registry.resolve(`fraud@${version}`)).manifest.seed).toBe(Number(notes))
        }
      },
    )

    test('promotes a promotable version, and another one only by an override that is recorded', async () => {
      await register(1)
      await register(2, false)
      await registry.promote('fraud', '1', { ...ada, expected: null })
      expect((await registry.resolve('fraud')).version).toBe('1')
      await expect(registry.promote('fraud', '2', ada)).rejects.toMatchObject({
        code: 'promotion_refused',
        problems: [{ problem: 'Recall is 70.0 %, the limit is at least 85.0 %.' }],
      })
      expect(await registry.readAlias('fraud', 'champion')).toBe('1')
      await expect(registry.promote('fraud', '1', { ...ada, expected: '2' })).rejects.toMatchObject({
        code: 'alias_conflict',
      })
      await expect(registry.promote('fraud', '2', { ...ada, override: true })).rejects.toMatchObject({
        code: 'promotion_refused',
      })
      const linus = await TestPerson.enroll(registry, 'linus')
      await linus.promoteWith('fraud', '2', { actor: 'grace', reason: 'accepted by the committee' })
      expect((await registry.resolve('fraud@champion')).version).toBe('2')
      expect((await registry.history('fraud')).at(-1)).toMatchObject({
        action: 'promote',
        actor: 'grace',
        reason: 'accepted by the committee',
        override: true,
        version: '2',
        previous: '1',
      })
    })

    describeModelGates(factory)

    test('rolls back through the earlier champions, one at a time', async () => {
      for (const seed of [1, 2, 3]) await registry.promote('fraud', await register(seed), ada)
      await registry.promote('fraud', '3', { ...ada, reason: 'said twice' })
      expect(await registry.rollback('fraud', ada)).toMatchObject({
        version: '2',
        previous: '3',
        action: 'rollback',
      })
      expect(await registry.readAlias('fraud', 'champion')).toBe('2')
      await registry.rollback('fraud', ada)
      expect(await registry.readAlias('fraud', 'champion')).toBe('1')
      await expect(registry.rollback('fraud', ada)).rejects.toMatchObject({ code: 'unknown_alias' })
      await registry.promote('fraud', '3', ada)
      await registry.rollback('fraud', ada)
      expect(await registry.readAlias('fraud', 'champion')).toBe('1')
    })

    test('of two that roll back the same champion at once, one is refused', async () => {
      for (const seed of [1, 2, 3]) await registry.promote('fraud', await register(seed), ada)
      const outcomes = await Promise.allSettled(
        [registry, fixture.other].map((client) => client.rollback('fraud', { ...ada, expected: '3' })),
      )
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({
        reason: { code: 'alias_conflict' },
      })
      expect(await registry.readAlias('fraud', 'champion')).toBe('2')
    })

    test('records every change, oldest first', async () => {
      await register(1)
      await registry.setAlias('fraud', 'shadow', { ...ada, version: '1' })
      await registry.promote('fraud', '1', ada)
      expect(await fixture.other.history('fraud')).toMatchObject([
        { time: '2026-01-01T00:00:00.000Z', action: 'register', version: '1', alias: null, reason: 'seed 1' },
        {
          time: '2026-01-01T00:01:00.000Z',
          action: 'set_alias',
          version: '1',
          alias: 'shadow',
          previous: null,
        },
        { time: '2026-01-01T00:02:00.000Z', action: 'promote', alias: 'champion', ...ada, override: false },
      ])
    })
  })
}
