import { beforeEach, describe, expect, test } from '@jest/globals'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyLedger, type LedgerPage } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { exampleBundle } from '@claims/contracts/example'
import { DirectoryModelRegistry, LedgerModelRegistry, predictionsNaming } from '@claims/registry'
import { MemoryArtifactStore, MemoryLedger } from './memory-ports.ts'

const ada = { actor: 'ada', reason: 'a test' }

/** A ledger that says how many entries it gave. */
class CountingLedger extends MemoryLedger {
  given = 0

  override async page(name: string, page: LedgerPage): Promise<readonly string[]> {
    const lines = await super.page(name, page)
    this.given += lines.length
    return lines
  }
}

describe('a registry that has read a history', () => {
  test('reads the tail alone afterwards, and always asks for it', async () => {
    const ledger = new CountingLedger()
    const artifacts = new MemoryArtifactStore()
    const registry = new LedgerModelRegistry({ ledger, artifacts })
    for (let seed = 1; seed <= 20; seed += 1) await registry.register('fraud', exampleBundle({ seed }))
    ledger.given = 0
    await registry.versionsPage('fraud')
    await registry.list()
    expect(ledger.given).toBe(2)
    await new LedgerModelRegistry({ ledger, artifacts }).promote('fraud', '3', ada)
    expect(await registry.readAlias('fraud', 'champion')).toBe('3')
    // The line that was known last, and the two that one registry read to promote.
    expect(ledger.given).toBeLessThan(2 + 2 + 2 * 21)
  })

  test('reads a long history by pages', async () => {
    const ledger = new MemoryLedger()
    const facts = (n: number): object => ({
      ...{ time: '2026-01-01T00:00:00.000Z', actor: 'ada', action: 'register', version: String(n) },
      ...{ alias: null, previous: null, reason: '', override: false, manifest_sha256: String(n) },
    })
    const count = 12_345
    const lines = chainLines(
      Array.from({ length: count }, (_, i) => facts(i + 1)),
      emptyLedger,
    )
    await ledger.append('fraud', emptyLedger, lines)
    const registry = new LedgerModelRegistry({ ledger, artifacts: new MemoryArtifactStore() })
    expect((await registry.list()).models).toMatchObject([{ latest_version: String(count), versions: count }])
  })

  test('says where the history is behind what it knows, or another one, and serves neither', async () => {
    const root = await mkdtemp(join(tmpdir(), 'claims-rewound-'))
    try {
      const registry = new DirectoryModelRegistry(root)
      const path = join(root, 'fraud', 'history.jsonl')
      for (let seed = 1; seed <= 3; seed += 1) {
        await registry.register('fraud', exampleBundle({ seed }))
        await copyFile(path, join(root, `.backup-${String(seed)}`))
      }
      await copyFile(join(root, '.backup-2'), path)
      const gone = { code: 'history_rewritten', problems: [{ field: 'line 3' }] }
      for (const asked of [
        () => registry.versions('fraud'),
        () => registry.resolve('fraud@1'),
        () => registry.history('fraud'),
        () => registry.promote('fraud', '1', ada),
        () => registry.register('fraud', exampleBundle()),
      ])
        await expect(asked()).rejects.toMatchObject(gone)
      expect((await registry.list()).damaged).toMatchObject([{ name: 'fraud', error: gone }])
      // Another program, which knows nothing of the third version, goes on from the backup.
      const other = new DirectoryModelRegistry(root)
      await other.register('fraud', exampleBundle({ seed: 9 }))
      await other.register('fraud', exampleBundle({ seed: 10 }))
      await expect(registry.versions('fraud')).rejects.toMatchObject({
        ...gone,
        message: expect.stringContaining('is another one than this program read before'),
      })
      expect(await new DirectoryModelRegistry(root).versions('fraud')).toHaveLength(4)
      await rm(join(root, 'fraud'), { recursive: true })
      await expect(registry.versions('fraud')).rejects.toMatchObject(gone)
    } finally {
      await rm(root, { recursive: true })
    }
  })

  test('finds a line that was edited behind its back when it reads the history, not before', async () => {
    const root = await mkdtemp(join(tmpdir(), 'claims-edited-'))
    try {
      const registry = new DirectoryModelRegistry(root)
      for (let seed = 1; seed <= 3; seed += 1)
        await registry.register('fraud', exampleBundle({ seed }), { actor: 'ada' })
      const path = join(root, 'fraud', 'history.jsonl')
      await writeFile(path, (await readFile(path, 'utf8')).replace('"actor":"ada"', '"actor":"bob"'))
      expect(await registry.versions('fraud')).toHaveLength(3)
      await expect(registry.history('fraud')).rejects.toMatchObject({ problems: [{ field: 'line 2' }] })
    } finally {
      await rm(root, { recursive: true })
    }
  })
})

describe('a bundle that prediction records name', () => {
  let ledger: MemoryLedger
  let registry: LedgerModelRegistry
  let hashes: readonly string[]
  beforeEach(async () => {
    ledger = new MemoryLedger()
    registry = new LedgerModelRegistry({ ledger, artifacts: new MemoryArtifactStore() })
    for (let seed = 1; seed <= 4; seed += 1) await registry.register('fraud', exampleBundle({ seed }))
    hashes = (await registry.versions('fraud')).map(({ manifest_sha256 }) => manifest_sha256)
    const record = (hash: string | undefined, claim: string): object => ({ claim, manifest_sha256: hash })
    const records = [
      record('f'.repeat(64), `"manifest_sha256":"${hashes[1]!}"`),
      record(hashes[0], 'x'),
      record(hashes[0], 'x'),
    ]
    await ledger.append('_predictions-2026-01', emptyLedger, chainLines(records, emptyLedger))
    await ledger.append('_predictions-2026-02', emptyLedger, chainLines([record(hashes[2], '')], emptyLedger))
    await ledger.append('_system', emptyLedger, chainLines([record(hashes[3], '')], emptyLedger))
  })

  test('is found in every sequence of them, and in no text of a claim', async () => {
    expect(await predictionsNaming(ledger, new Set(hashes))).toEqual(
      new Map([
        [hashes[0], 'the prediction record 2 of _predictions-2026-01'],
        [hashes[2], 'the prediction record 1 of _predictions-2026-02'],
      ]),
    )
    expect(await predictionsNaming(ledger, new Set())).toEqual(new Map())
  })

  test('is kept', async () => {
    await expect(registry.delete('fraud', '1', ada)).rejects.toMatchObject({
      code: 'version_in_use',
      problems: [{ problem: 'the prediction record 2 of _predictions-2026-01 names its bundle' }],
    })
    expect(await registry.applyRetention('fraud', { ...ada, keep: 1 })).toMatchObject({
      kept: [{ version: '1' }, { version: '3' }, { version: '4', reasons: ['it is the newest version'] }],
      deletes: [{ version: '2' }],
    })
  })
})
