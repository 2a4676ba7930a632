import { expect, test } from '@jest/globals'
import type { ModelRegistry, VersionsPage } from '../model-registry.ts'

/** What the tests of versions get before each test. */
export interface VersionsFixture {
  readonly registry: ModelRegistry
  readonly other: ModelRegistry
  /** Registers a bundle as a version of `fraud`. @returns its number */
  readonly register: (seed: number, promotable?: boolean) => Promise<string>
}

const ada = { actor: 'ada', reason: 'a test' }

/** The part of the contract of `ModelRegistry` about what becomes of versions, as tests within a `describe`. */
export function testModelVersions(fixture: () => VersionsFixture): void {
  test('shows the stage that follows from aliases, in versions and in the list', async () => {
    const { registry, other, register } = fixture()
    for (const seed of [1, 2, 3, 4, 5]) await register(seed)
    await registry.promote('fraud', '1', ada)
    await registry.setAlias('fraud', 'staging', { ...ada, version: '2' })
    await registry.setAlias('fraud', 'challenger', { ...ada, version: '3' })
    await registry.setAlias('fraud', 'shadow', { ...ada, version: '4' })
    await registry.retire('fraud', '5', ada)
    expect((await other.versions('fraud')).map(({ stage }) => stage)).toEqual([
      ...['Production', 'Staging', 'Staging', 'None', 'Archived'],
    ])
    expect((await registry.list()).models[0]?.stages).toEqual({
      ...{ Production: '1', Staging: '3', None: '4', Archived: '5' },
    })
    await registry.setAlias('fraud', 'staging', { ...ada, version: '1' })
    expect((await registry.get('fraud', '1')).stage).toBe('Production')
    expect((await registry.get('fraud', '2')).stage).toBe('None')
  })

  test('lists what a bundle says without opening it, and shows the same when it is opened', async () => {
    const { registry, register } = fixture()
    await register(1)
    const [listed] = await registry.versions('fraud')
    expect(listed).toMatchObject({
      ...{ rows: 100, data_sha256: '0'.repeat(64), created_at: '2026-01-01T00:00:00.000Z', feature_count: 1 },
      ...{ blueprint: { name: 'example', version: 1 }, model: { candidate: 'logistic' } },
    })
    expect(listed?.bundle_bytes).toBeGreaterThan(0)
    expect(await registry.get('fraud', '1')).toEqual(listed)
  })

  test('takes an alias away, by compare-and-set', async () => {
    const { registry, other, register } = fixture()
    await register(1)
    await registry.setAlias('fraud', 'constructor', { ...ada, version: '1' })
    expect((await registry.list()).models[0]?.aliases).toEqual({ constructor: '1' })
    await expect(
      registry.removeAlias('fraud', 'constructor', { ...ada, expected: '2' }),
    ).rejects.toMatchObject({ code: 'alias_conflict' })
    expect(await registry.removeAlias('fraud', 'constructor', { ...ada, expected: '1' })).toMatchObject({
      ...{ action: 'remove_alias', alias: 'constructor', version: '1', previous: '1' },
    })
    await expect(other.readAlias('fraud', 'constructor')).rejects.toMatchObject({ code: 'unknown_alias' })
    await expect(registry.removeAlias('fraud', 'constructor', ada)).rejects.toMatchObject({
      code: 'unknown_alias',
    })
    for (const bad of ['__proto__', 'latest', 'champion', 'v2'])
      await expect(registry.removeAlias('fraud', bad, ada)).rejects.toMatchObject({
        code: 'invalid_parameter',
      })
    await registry.setAlias('fraud', 'constructor', { ...ada, version: '1', expected: null })
    expect(await other.readAlias('fraud', 'constructor')).toBe('1')
  })

  test('keeps tags of any text, and what was set last', async () => {
    const { registry, other, register } = fixture()
    await register(1)
    const set = new Map([
      ['prüfung', 'bestanden ✅ 𝒳'],
      ['__proto__', 'x'],
      ['constructor', ''],
      ['team', 'claims'],
    ])
    await registry.tag('fraud', '1', { actor: 'ada', set })
    await registry.tag('fraud', '1', { actor: 'ada', set: { team: 'motor' }, remove: ['constructor'] })
    const { tags } = (await other.versions('fraud'))[0]!
    expect(Object.entries(tags)).toEqual([
      ['prüfung', 'bestanden ✅ 𝒳'],
      ['__proto__', 'x'],
      ['team', 'motor'],
    ])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect(await registry.get('fraud', '1')).toMatchObject({ description: '', stage: 'None' })
  })

  test.each<[string, { set?: Record<string, string>; remove?: string[] }]>([
    ['nothing', {}],
    ['an empty key', { set: { '': 'x' } }],
    ['a key with spaces at its ends', { set: { ' key': 'x' } }],
    ['a key of two lines', { set: { 'a\nb': 'x' } }],
    ['a key that is too long', { set: { ['k'.repeat(251)]: 'x' } }],
    ['half of a character', { set: { key: '\ud800' } }],
    ['a NUL', { set: { key: 'a\0b' } }],
    ['a value that is too long', { set: { key: 'x'.repeat(5_001) } }],
    [
      '10,000 tags',
      { set: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${String(i)}`, ''])) },
    ],
    [
      'more than an entry holds',
      {
        set: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${String(i)}`, '"'.repeat(5_000)])),
      },
    ],
    ['a key that is not there', { remove: ['absent'] }],
    ['a key that is set as well', { set: { team: 'x' }, remove: ['team'] }],
  ])('refuses tags that are %s, and keeps those before', async (_, change) => {
    const { registry, register } = fixture()
    await register(1)
    await registry.tag('fraud', '1', { actor: 'ada', set: { team: 'claims' } })
    await expect(registry.tag('fraud', '1', { actor: 'ada', ...change })).rejects.toMatchObject({
      code: 'invalid_parameter',
    })
    expect((await registry.get('fraud', '1')).tags).toEqual({ team: 'claims' })
  })

  test('takes a thousand tags of one version, and not one more', async () => {
    const { registry, register } = fixture()
    await register(1)
    const thousand = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${String(i)}`, 'v']))
    await registry.tag('fraud', '1', { actor: 'ada', set: thousand })
    await expect(registry.tag('fraud', '1', { actor: 'ada', set: { another: 'v' } })).rejects.toMatchObject({
      code: 'invalid_parameter',
    })
    await registry.tag('fraud', '1', { actor: 'ada', set: { another: 'v' }, remove: ['k0'] })
    expect(Object.keys((await registry.get('fraud', '1')).tags)).toHaveLength(1_000)
  })

  test('describes a version in words, and takes them away', async () => {
    const { registry, other, register } = fixture()
    await register(1)
    await registry.describe('fraud', '1', { actor: 'ada', description: 'Zwei Zeilen\nund "Anführung"' })
    expect((await other.get('fraud', '1')).description).toBe('Zwei Zeilen\nund "Anführung"')
    await expect(
      registry.describe('fraud', '1', { actor: 'ada', description: 'x'.repeat(10_001) }),
    ).rejects.toMatchObject({ code: 'invalid_parameter' })
    await registry.describe('fraud', '1', { actor: 'ada', description: '' })
    expect((await registry.get('fraud', '1')).description).toBe('')
    await expect(registry.describe('fraud', '01', { actor: 'ada', description: 'x' })).rejects.toMatchObject({
      code: 'unknown_version',
    })
  })

  test('a retired version takes no alias, is no champion, and comes back', async () => {
    const { registry, other, register } = fixture()
    for (const seed of [1, 2]) await registry.promote('fraud', await register(seed), ada)
    await expect(registry.retire('fraud', '2', ada)).rejects.toMatchObject({
      code: 'version_in_use',
      problems: [{ problem: 'the alias champion points at it' }],
    })
    await registry.retire('fraud', '1', { actor: 'grace', reason: 'too old' })
    expect(await other.get('fraud', '1')).toMatchObject({
      ...{ stage: 'Archived', retired: { actor: 'grace', reason: 'too old' }, deleted: null },
    })
    await expect(registry.retire('fraud', '1', ada)).rejects.toMatchObject({ code: 'version_retired' })
    for (const refused of [
      () => other.setAlias('fraud', 'shadow', { ...ada, version: '1' }),
      () => other.promote('fraud', '1', ada),
      () => other.rollback('fraud', ada),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'version_retired' })
    expect((await registry.resolve('fraud@1')).version).toBe('1')
    expect(await registry.rollback('fraud', { ...ada, restore: true })).toMatchObject({
      ...{ action: 'rollback', version: '1' },
    })
    expect((await other.history('fraud')).slice(-2).map(({ action }) => action)).toEqual([
      'restore',
      'rollback',
    ])
    expect((await other.get('fraud', '1')).stage).toBe('Production')
    await registry.retire('fraud', '2', ada)
    await registry.restore('fraud', '2', ada)
    await expect(registry.restore('fraud', '2', ada)).rejects.toMatchObject({ code: 'invalid_parameter' })
    await registry.setAlias('fraud', 'shadow', { ...ada, version: '2' })
    await expect(registry.retire('fraud', '3', ada)).rejects.toMatchObject({ code: 'unknown_version' })
  })

  test('a deleted version keeps its line and number, and is asked for in vain', async () => {
    const { registry, other, register } = fixture()
    for (const seed of [1, 2, 3, 4]) await register(seed)
    for (const version of ['1', '2']) await registry.promote('fraud', version, ada)
    await registry.setAlias('fraud', 'shadow', { ...ada, version: '3' })
    for (const [version, problem] of [
      ['2', 'the alias champion points at it'],
      ['3', 'the alias shadow points at it'],
      ['1', 'it is one of the last 10 versions that were champion'],
    ] as const)
      await expect(registry.delete('fraud', version, ada)).rejects.toMatchObject({
        code: 'version_in_use',
        problems: expect.arrayContaining([expect.objectContaining({ problem })]),
      })
    const before = await registry.get('fraud', '4')
    expect(await registry.delete('fraud', '4', { actor: 'grace', reason: 'a mistake' })).toMatchObject({
      ...{ action: 'delete', version: '4', manifest_sha256: before.manifest_sha256 },
    })
    const deleted = await other.get('fraud', '4')
    expect(deleted).toEqual({
      ...before,
      stage: 'Archived',
      deleted: { actor: 'grace', reason: 'a mistake', time: deleted.deleted?.time },
    })
    for (const refused of [
      () => registry.delete('fraud', '4', ada),
      () => registry.resolve('fraud@4'),
      () => registry.promote('fraud', '4', ada),
      () => registry.setAlias('fraud', 'canary', { ...ada, version: '4' }),
      () => registry.retire('fraud', '4', ada),
      () => registry.restore('fraud', '4', ada),
      () => registry.tag('fraud', '4', { actor: 'ada', set: { a: 'b' } }),
      () => registry.describe('fraud', '4', { actor: 'ada', description: 'gone' }),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'version_deleted' })
    expect(await register(5)).toBe('5')
    await registry.delete('fraud', '5', ada)
    expect((await registry.list()).models[0]).toMatchObject({ latest_version: '3', versions: 5 })
  })

  test('retention says what it keeps and why, then gives up the rest in one step', async () => {
    const { registry, other, register } = fixture()
    for (const seed of [1, 2, 3, 4, 5, 6, 7]) await register(seed)
    for (const version of ['1', '2', '3', '4']) await registry.promote('fraud', version, ada)
    await registry.setAlias('fraud', 'shadow', { ...ada, version: '5' })
    await registry.setAlias('fraud', 'shadow', { ...ada, version: '3' })
    await registry.removeAlias('fraud', 'shadow', ada)
    const wasChampion = 'it is one of the last 10 versions that were champion'
    const plan = await registry.planRetention('fraud', { keep: 1 })
    expect(plan).toMatchObject({
      ...{ name: 'fraud', keep: 1, deleted_before: 0 },
      kept: [
        ...['1', '2'].map((version) => ({ version, reasons: [wasChampion] })),
        {
          version: '3',
          reasons: [wasChampion, 'it is the last version that was shadow', 'a rollback makes it champion'],
        },
        { version: '4', reasons: ['the alias champion points at it'] },
        { version: '7', reasons: ['it is the newest version'] },
      ],
      deletes: [{ version: '5' }, { version: '6' }],
    })
    expect(await other.history('fraud')).toHaveLength(14)
    expect(await other.applyRetention('fraud', { ...ada, keep: 1 })).toEqual(plan)
    expect((await registry.versions('fraud')).filter(({ deleted }) => deleted !== null)).toHaveLength(2)
    expect(await registry.planRetention('fraud', { keep: 1 })).toMatchObject({
      deletes: [],
      deleted_before: 2,
    })
    await registry.applyRetention('fraud', { ...ada, keep: 1 })
    expect(await other.history('fraud')).toHaveLength(16)
    for (const version of ['3', '2', '1'])
      expect(await registry.rollback('fraud', ada)).toMatchObject({ version })
    for (const keep of [0, -1, 1.5, NaN, Infinity])
      for (const asked of [
        () => registry.planRetention('fraud', { keep }),
        () => registry.applyRetention('fraud', { ...ada, keep }),
      ])
        await expect(asked()).rejects.toMatchObject({ code: 'invalid_parameter' })
    await expect(registry.planRetention('absent', { keep: 1 })).rejects.toMatchObject({
      code: 'unknown_model',
    })
  })

  test('gives every version once by pages, whatever is registered meanwhile', async () => {
    const { registry, other, register } = fixture()
    for (let seed = 1; seed <= 5; seed += 1) await register(seed)
    const numbers = (page: VersionsPage): string[] => page.versions.map(({ version }) => version)
    const first = await registry.versionsPage('fraud', { limit: 2 })
    expect([numbers(first), first.total]).toEqual([['5', '4'], 5])
    await register(6)
    const second = await other.versionsPage('fraud', { limit: 2, cursor: first.next })
    expect(numbers(second)).toEqual(['3', '2'])
    const third = await registry.versionsPage('fraud', { limit: 2, cursor: second.next })
    expect([numbers(third), third.next, third.total]).toEqual([['1'], undefined, 6])
    const oldest = await registry.versionsPage('fraud', { limit: 5, newestFirst: false })
    const rest = await registry.versionsPage('fraud', { cursor: oldest.next, newestFirst: false })
    expect([numbers(oldest), numbers(rest), rest.next]).toEqual([['1', '2', '3', '4', '5'], ['6'], undefined])
    expect(numbers(await registry.versionsPage('fraud'))).toEqual(['6', '5', '4', '3', '2', '1'])
    expect(await registry.versionsPage('fraud', { limit: 6 })).not.toHaveProperty('next')
  })

  test('refuses cursors of other lists and orders, and garbage', async () => {
    const { registry, register } = fixture()
    for (let seed = 1; seed <= 3; seed += 1) await register(seed)
    await registry.register('motor', await (await registry.resolve('fraud@1')).open())
    await registry.register('motor', await (await registry.resolve('fraud@2')).open())
    const { next: foreign } = await registry.versionsPage('motor', { limit: 1 })
    const { next: oldest } = await registry.versionsPage('fraud', { limit: 1, newestFirst: false })
    const { next: models } = await registry.list({ limit: 1 })
    const { next: own } = await registry.versionsPage('fraud', { limit: 1 })
    for (const cursor of [
      foreign,
      oldest,
      models,
      `${String(own)}A`,
      '',
      '3',
      'é',
      '%%%',
      'x'.repeat(100_000),
    ])
      await expect(registry.versionsPage('fraud', { cursor })).rejects.toMatchObject({
        code: 'invalid_parameter',
        problems: [expect.objectContaining({ field: 'cursor' })],
      })
    for (const limit of [0, -1, 1.5, 1_001, NaN])
      for (const asked of [() => registry.versionsPage('fraud', { limit }), () => registry.list({ limit })])
        await expect(asked()).rejects.toMatchObject({ code: 'invalid_parameter' })
    await expect(registry.list({ cursor: own })).rejects.toMatchObject({ code: 'invalid_parameter' })
    expect((await registry.list({ limit: 1 })).models.map(({ name }) => name)).toEqual(['fraud'])
    expect(await registry.list({ limit: 1, cursor: models })).toMatchObject({ models: [{ name: 'motor' }] })
    expect(await registry.list({ cursor: models })).not.toHaveProperty('next')
  })

  test('finds no version under another writing of its number', async () => {
    const { registry, register } = fixture()
    await register(1)
    for (const version of ['01', '1.0', ' 1', '0', '-1', '1e0', '', 'constructor', '__proto__', '२'])
      for (const asked of [
        () => registry.get('fraud', version),
        () => registry.retire('fraud', version, ada),
        () => registry.delete('fraud', version, ada),
      ])
        await expect(asked()).rejects.toMatchObject({ code: 'unknown_version' })
  })
}
