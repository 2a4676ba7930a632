import { appendFile, chmod, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'

describe('a registry with something odd in its directory', () => {
  const change = { actor: 'ada', reason: 'a test' }
  let root: string
  let registry: DirectoryModelRegistry
  const at = (...names: string[]): string => join(root, 'registry', ...names)
  beforeEach(async () => {
    // The superuser's own directory for temporary files may be closed to somebody else.
    root = await mkdtemp(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'claims-odd-'))
    await chmod(root, 0o755)
    registry = new DirectoryModelRegistry(join(root, 'registry'))
    for (const [seed, name] of ['fraud', 'motor', 'travel'].entries()) {
      await writeExampleBundle(join(root, 'bundle'), { seed })
      await registry.register(name, join(root, 'bundle'))
    }
  })
  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  const damages: [string, { code: string; field?: string; problem: RegExp }, () => Promise<void>][] = [
    [
      'a line that was edited',
      { code: 'damaged_bundle', field: 'line 2', problem: /was altered, or a line before it/ },
      async () => {
        await registry.promote('motor', '1', change)
        const lines = await readFile(at('motor', 'history.jsonl'), 'utf8')
        await writeFile(at('motor', 'history.jsonl'), lines.replace('unknown', 'nobody'))
      },
    ],
    [
      'a line of a newer product',
      { code: 'unsupported_format_version', field: 'line 1', problem: /newer product/ },
      async () => {
        const line = await readFile(at('motor', 'history.jsonl'), 'utf8')
        await writeFile(at('motor', 'history.jsonl'), line.replace('"register"', '"archive"'))
      },
    ],
    [
      'a directory in place of the history',
      { code: 'unreadable_storage', problem: /history\.jsonl is a directory where a file is needed/ },
      async () => {
        await rm(at('motor', 'history.jsonl'))
        await mkdir(at('motor', 'history.jsonl'))
      },
    ],
    [
      'a file in place of the directory of a model',
      { code: 'unreadable_storage', problem: /motor is a file where a directory is needed/ },
      async () => {
        await rm(at('motor'), { recursive: true })
        await writeFile(at('motor'), 'a note')
      },
    ],
    [
      'a link to a model that is away',
      { code: 'unreadable_storage', problem: /motor is a link to what is not there/ },
      async () => {
        await rename(at('motor'), join(root, 'volume'))
        await symlink(join(root, 'volume'), at('motor'))
        await rm(join(root, 'volume'), { recursive: true })
      },
    ],
    [
      'a link that leads to itself',
      { code: 'unreadable_storage', problem: /motor.* is a link that leads to itself/ },
      async () => {
        await rm(at('motor'), { recursive: true })
        await symlink('motor', at('motor'))
      },
    ],
    [
      'a history that is a link to nothing',
      { code: 'unreadable_storage', problem: /history\.jsonl is a link to what is not there/ },
      async () => {
        await rm(at('motor', 'history.jsonl'))
        await symlink('gone', at('motor', 'history.jsonl'))
      },
    ],
  ]
  test.each(damages)('%s is told of that model, and the others work', async (_, told, damage) => {
    await damage()
    // One that was open does not read again what it checked; another one does.
    registry = new DirectoryModelRegistry(at())
    const { models, damaged } = await registry.list()
    expect(models.map(({ name }) => name)).toEqual(['fraud', 'travel'])
    expect(damaged.map(({ name, error }) => [name, error.code])).toEqual([['motor', told.code]])
    const [problem] = damaged[0]!.error.problems
    expect(`${String(problem?.field)} ${String(problem?.problem)}`).toMatch(told.problem)
    if (told.field !== undefined) expect(problem?.field).toBe(told.field)
    const same = { code: told.code, message: damaged[0]!.error.message }
    await expect(registry.history('motor')).rejects.toMatchObject(same)
    await expect(registry.resolve('motor@1')).rejects.toMatchObject(same)
    await expect(registry.setAlias('motor', 'shadow', { ...change, version: '1' })).rejects.toMatchObject(
      same,
    )
    await expect(registry.register('motor', join(root, 'bundle'))).rejects.toMatchObject(same)
    await registry.promote('travel', '1', change)
    expect((await (await registry.resolve('travel')).open()).manifest.seed).toBe(2)
  })

  test('a file in place of the registry is named, whatever is asked', async () => {
    await rm(at(), { recursive: true })
    await writeFile(at(), 'a note')
    const told = { code: 'unreadable_storage', message: `${at()} is a file where a directory is needed` }
    await expect(registry.list()).rejects.toMatchObject(told)
    await expect(registry.history('fraud')).rejects.toMatchObject(told)
    await expect(registry.resolve('fraud@1')).rejects.toMatchObject(told)
    await expect(registry.register('fraud', join(root, 'bundle'))).rejects.toMatchObject(told)
    expect(await readFile(at(), 'utf8')).toBe('a note')
  })

  test('a file in place of the bundles is named: they are not gone', async () => {
    await rename(at('_artifacts'), join(root, 'aside'))
    await writeFile(at('_artifacts'), '')
    const told = { code: 'unreadable_storage', problems: [{ field: at('_artifacts') }] }
    await expect(registry.resolve('fraud@1')).rejects.toMatchObject(told)
    await expect(registry.register('fraud', join(root, 'bundle'))).rejects.toMatchObject(told)
  })

  test('directories in place of the files that a change writes are named, and nothing is changed', async () => {
    for (const name of ['lock', 'history.jsonl.new']) {
      await rm(at('fraud', name), { force: true })
      await mkdir(at('fraud', name))
      await expect(registry.promote('fraud', '1', change)).rejects.toMatchObject({
        code: 'unreadable_storage',
        problems: [{ field: at('fraud', name), problem: 'is a directory where a file is needed' }],
      })
      await rm(at('fraud', name), { recursive: true })
    }
    expect(await registry.history('fraud')).toHaveLength(1)
  })

  test('what this user may not read or write is named', async () => {
    await chmod(at('motor', 'history.jsonl'), 0)
    const { manifestSha256 } = await registry.resolve('travel@1')
    await chmod(at('_artifacts', manifestSha256, 'manifest.json'), 0)
    const refused = (...names: string[]): object => ({
      code: 'unreadable_storage',
      problems: [{ field: at(...names), problem: 'may not be read or written by this user (EACCES)' }],
    })
    await asSomebodyElse(async () => {
      const { models, damaged } = await registry.list()
      expect(models.map(({ name }) => name)).toEqual(['fraud', 'travel'])
      expect(damaged).toMatchObject([{ name: 'motor', error: refused('motor', 'history.jsonl') }])
      const manifest = refused('_artifacts', manifestSha256, 'manifest.json')
      await expect(registry.resolve('travel@1')).rejects.toMatchObject(manifest)
      await expect(openBundle(at('_artifacts', manifestSha256))).rejects.toMatchObject(manifest)
    })
    await chmod(at('fraud', 'lock'), 0o400)
    await chmod(at(), 0o555)
    await asSomebodyElse(async () => {
      await expect(registry.promote('fraud', '1', change)).rejects.toMatchObject(refused('fraud', 'lock'))
      await expect(registry.resolve('fraud@1')).resolves.toMatchObject({ version: '1' })
    })
    await chmod(at(), 0)
    await asSomebodyElse(async () => {
      await expect(registry.list()).rejects.toMatchObject(refused())
      await expect(registry.history('fraud')).rejects.toMatchObject({ code: 'unreadable_storage' })
    })
    await chmod(at(), 0o755)
  })

  test('bundles of product 0.1 that may not be read hide no bundle of another model', async () => {
    const { manifestSha256 } = await registry.resolve('travel@1')
    await mkdir(at('travel', 'versions'))
    await rename(at('_artifacts', manifestSha256), at('travel', 'versions', '1'))
    await mkdir(at('another', 'versions'), { recursive: true })
    await chmod(at('another', 'versions'), 0)
    await asSomebodyElse(async () => {
      expect(await (await registry.resolve('travel@1')).locate()).toBe(at('travel', 'versions', '1'))
    })
    await appendFile(at('travel', 'versions', '1', 'manifest.json'), ' ')
    const again = new DirectoryModelRegistry(at())
    await asSomebodyElse(async () => {
      await expect(again.resolve('travel@1')).rejects.toMatchObject({
        code: 'unreadable_storage',
        problems: [{ field: at('another', 'versions') }],
      })
    })
    await chmod(at('another', 'versions'), 0o755)
  })
})

/** Does work as a user who is not the superuser, whom no permission stops. */
async function asSomebodyElse(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) {
    await work()
    return
  }
  process.seteuid?.('nobody')
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
