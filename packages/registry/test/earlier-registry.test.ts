import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'

describe('a registry that product 0.1 wrote', () => {
  const change = { actor: 'ada', reason: 'a test' }
  let root: string
  let registry: DirectoryModelRegistry
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'claims-earlier-'))
    await cp(join(import.meta.dirname, 'registries', '0.1'), join(root, 'registry'), { recursive: true })
    registry = new DirectoryModelRegistry(join(root, 'registry'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  test('is read as it was written', async () => {
    expect(await registry.list()).toEqual({
      models: [
        {
          ...{ name: 'fraud', latest_version: '3', versions: 3 },
          aliases: { champion: '2', shadow: '3' },
          stages: { None: '3', Production: '2' },
        },
      ],
      damaged: [],
    })
    expect(
      (await registry.history('fraud')).map(({ action, version, previous }) => [action, version, previous]),
    ).toEqual([
      ['register', '1', null],
      ['register', '2', null],
      ['register', '3', null],
      ['promote', '1', null],
      ['promote', '2', '1'],
      ['set_alias', '3', null],
      ['promote', '3', '2'],
      ['rollback', '2', '3'],
    ])
    expect((await registry.history('fraud'))[4]?.reason).toBe('better recall – Prüfung')
    for (const [version, aliases] of [
      ['1', []],
      ['2', ['champion']],
      ['3', ['shadow']],
    ] as const) {
      expect(await registry.get('fraud', version)).toMatchObject({ aliases, notes: `seed ${version}` })
      const bundle = await (await registry.resolve(`fraud@${version}`)).open()
      expect(await bundle.readJson('model/weights.json')).toMatchObject({ seed: Number(version) })
    }
  })

  test('goes on: versions, promotions and rollbacks follow on', async () => {
    await registry.rollback('fraud', { ...change, expected: '2' })
    expect(await registry.readAlias('fraud', 'champion')).toBe('1')
    await writeExampleBundle(join(root, 'bundle'), { seed: 4 })
    expect(await registry.register('fraud', join(root, 'bundle'))).toMatchObject({ version: '4' })
    await registry.promote('fraud', '4', change)
    const again = new DirectoryModelRegistry(join(root, 'registry'))
    expect((await (await again.resolve('fraud')).open()).manifest.seed).toBe(4)
    expect((await again.versions('fraud')).map(({ version }) => version)).toEqual(['1', '2', '3', '4'])
    expect(await again.history('fraud')).toHaveLength(11)
  })

  test('keeps its hash chain, a torn last line and a changed bundle apart', async () => {
    await appendFile(join(root, 'registry', 'fraud', 'history.jsonl'), '{"time":"2026-01-0')
    expect(await registry.history('fraud')).toHaveLength(8)
    await registry.setAlias('fraud', 'canary', { ...change, version: '1' })
    expect(await registry.history('fraud')).toHaveLength(9)
    await appendFile(join(root, 'registry', 'fraud', 'versions', '1', 'model-card.md'), 'more')
    await expect((await registry.resolve('fraud@1')).open()).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'model-card.md' }],
    })
    await appendFile(join(root, 'registry', 'fraud', 'versions', '3', 'manifest.json'), ' ')
    await expect(new DirectoryModelRegistry(join(root, 'registry')).get('fraud', '3')).rejects.toMatchObject({
      code: 'damaged_bundle',
    })
  })
})
