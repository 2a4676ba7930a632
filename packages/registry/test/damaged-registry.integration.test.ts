import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readdir, readFile, rename, rm, symlink, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'

describe('a registry that something else wrote to', () => {
  const change = { actor: 'ada', reason: 'a test' }
  let root: string
  let history: string
  let registry: DirectoryModelRegistry
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'claims-damaged-'))
    history = join(root, 'registry', 'fraud', 'history.jsonl')
    registry = new DirectoryModelRegistry(join(root, 'registry'))
    for (const seed of [1, 2]) {
      await writeExampleBundle(join(root, 'bundle'), { seed })
      await registry.register('fraud', join(root, 'bundle'))
    }
    await registry.promote('fraud', '1', change)
  })
  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  test('the last change counts where an editor took the last line end away', async () => {
    await registry.promote('fraud', '2', change)
    await registry.rollback('fraud', change)
    const { length } = await readFile(history)
    await truncate(history, length - 1)
    expect(await registry.readAlias('fraud', 'champion')).toBe('1')
    expect(await registry.history('fraud')).toHaveLength(5)
    await registry.setAlias('fraud', 'shadow', { ...change, version: '2' })
    expect((await registry.history('fraud')).map(({ action }) => action)).toEqual([
      ...['register', 'register', 'promote', 'promote', 'rollback', 'set_alias'],
    ])
  })

  test('a line of a newer product is read where a key was added, and named as newer where it is another action', async () => {
    await appendLine({ action: 'set_alias', alias: 'shadow', ticket: 'X-1' })
    expect(await registry.readAlias('fraud', 'shadow')).toBe('1')
    await registry.promote('fraud', '2', change)
    await appendLine({ action: 'archive' })
    await expect(registry.history('fraud')).rejects.toMatchObject({
      code: 'unsupported_format_version',
      problems: [{ field: 'line 6', problem: 'is of a newer product' }],
    })
  })

  test('no alias is pointed at a bundle of which a file is damaged', async () => {
    await registry.promote('fraud', '2', change)
    for (const hash of (await readdir(join(root, 'registry', '_artifacts'))).filter(
      (name) => name !== '.lock',
    ))
      await appendFile(join(root, 'registry', '_artifacts', hash, 'model', 'weights.json'), ' ')
    const refused = { code: 'damaged_bundle', problems: [{ field: 'model/weights.json' }] }
    await expect(registry.promote('fraud', '2', change)).rejects.toMatchObject(refused)
    await expect(registry.rollback('fraud', change)).rejects.toMatchObject(refused)
    await expect(registry.setAlias('fraud', 'shadow', { ...change, version: '1' })).rejects.toMatchObject(
      refused,
    )
    expect(await registry.readAlias('fraud', 'champion')).toBe('2')
  })

  test('a model whose directory is a link is listed as it is served', async () => {
    await rename(join(root, 'registry', 'fraud'), join(root, 'elsewhere'))
    await symlink(join('..', 'elsewhere'), join(root, 'registry', 'fraud'))
    expect(await registry.readAlias('fraud', 'champion')).toBe('1')
    expect(await registry.list()).toMatchObject({ models: [{ name: 'fraud', versions: 2 }], damaged: [] })
  })

  async function appendLine(facts: object): Promise<void> {
    const last = (await readFile(history, 'utf8')).trimEnd().split('\n').at(-1) ?? ''
    const line = {
      ...(JSON.parse(last) as object),
      ...facts,
      previous_sha256: createHash('sha256').update(last).digest('hex'),
    }
    await appendFile(history, `${JSON.stringify(line)}\n`)
  }
})
