import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'
import { describeModelRegistry } from '@claims/registry/testing'

describeModelRegistry('directory', async (clock) => {
  const root = await mkdtemp(join(tmpdir(), 'claims-registry-'))
  return {
    registry: new DirectoryModelRegistry(root, { clock }),
    other: new DirectoryModelRegistry(root, { clock }),
    dispose: () => rm(root, { recursive: true, force: true }),
  }
})

describe('DirectoryModelRegistry', () => {
  let root: string
  let registry: DirectoryModelRegistry
  const change = { actor: 'ada', reason: 'a test' }
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'claims-registry-'))
    registry = new DirectoryModelRegistry(join(root, 'registry'))
    await writeExampleBundle(join(root, 'bundle'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  test('an altered history is noticed, naming the line', async () => {
    await registry.register('fraud', join(root, 'bundle'))
    await registry.promote('fraud', '1', change)
    await registry.setAlias('fraud', 'shadow', { ...change, version: '1' })
    const path = join(root, 'registry', 'fraud', 'history.jsonl')
    const content = await readFile(path, 'utf8')
    await writeFile(path, content.replace('"reason":"a test"', '"reason":"another"'))
    await expect(registry.history('fraud')).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: [{ field: 'line 3' }],
    })
    const lines = content.split('\n')
    await writeFile(path, [lines[0], lines[2], ''].join('\n'))
    await expect(registry.history('fraud')).rejects.toMatchObject({ problems: [{ field: 'line 2' }] })
  })

  test('a line that a crash tore is not accepted and gives way to the next one', async () => {
    await registry.register('fraud', join(root, 'bundle'))
    await appendFile(join(root, 'registry', 'fraud', 'history.jsonl'), '{"time":"2026-01-0')
    expect(await registry.history('fraud')).toHaveLength(1)
    await registry.promote('fraud', '1', change)
    expect((await registry.history('fraud')).map((entry) => entry.action)).toEqual(['register', 'promote'])
  })

  test('a version whose manifest was changed is refused', async () => {
    await registry.register('fraud', join(root, 'bundle'))
    const place = await (await registry.resolve('fraud@1')).locate()
    await appendFile(join(place, 'manifest.json'), ' ')
    await expect(registry.resolve('fraud@1')).rejects.toMatchObject({ code: 'damaged_bundle' })
    await expect(registry.promote('fraud', '1', change)).rejects.toMatchObject({ code: 'damaged_bundle' })
    await rm(place, { recursive: true })
    await expect(registry.get('fraud', '1')).rejects.toMatchObject({ code: 'damaged_bundle' })
  })

  test('a bundle of which a file was edited since it was registered takes no alias, and may be deleted', async () => {
    for (const seed of [1, 2]) {
      await writeExampleBundle(join(root, 'bundle'), { seed })
      await registry.register('fraud', join(root, 'bundle'))
    }
    const place = await (await registry.resolve('fraud@1')).locate()
    await appendFile(join(place, 'model-card.md'), 'more')
    for (const refused of [
      () => registry.promote('fraud', '1', change),
      () => registry.setAlias('fraud', 'shadow', { ...change, version: '1' }),
    ])
      await expect(refused()).rejects.toMatchObject({
        code: 'damaged_bundle',
        problems: [{ field: 'model-card.md' }],
      })
    expect(await registry.history('fraud')).toHaveLength(2)
    await rm(place, { recursive: true })
    await registry.delete('fraud', '1', change)
    expect((await registry.versions('fraud')).map(({ deleted }) => deleted === null)).toEqual([false, true])
  })

  test('two processes killed at random moments leave every accepted change and no half one', async () => {
    const script = join(import.meta.dirname, 'processes', 'register-versions.ts')
    for (let round = 0; round < 10; round += 1) {
      const children = [0, 1].map(() =>
        spawn(
          process.execPath,
          ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', script, root],
          { stdio: ['ignore', 'pipe', 'inherit'] },
        ),
      )
      const exits = children.map((child) => once(child, 'exit'))
      const accepted: string[] = []
      children.forEach((child) => child.stdout.on('data', (data: Buffer) => accepted.push(String(data))))
      await Promise.all(children.map((child, i) => Promise.race([once(child.stdout, 'data'), exits[i]])))
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80))
      for (const child of children) child.kill('SIGKILL')
      expect(await Promise.all(exits)).toEqual([
        [null, 'SIGKILL'],
        [null, 'SIGKILL'],
      ])
      const versions = (await registry.versions('fraud')).map(({ version }) => version)
      expect(versions).toEqual(versions.map((_, i) => String(i + 1)))
      const answered = accepted
        .join('')
        .split('\n')
        .filter((line) => /^\d+$/.test(line))
      expect(versions).toEqual(expect.arrayContaining(answered))
      for (const version of versions.slice(-3)) {
        await (await registry.resolve(`fraud@${version}`)).open()
      }
      expect(versions).toContain(await registry.readAlias('fraud', 'champion'))
    }
    await registry.register('fraud', join(root, 'bundle'))
    const { manifestSha256 } = await registry.resolve('fraud@1')
    expect((await readdir(join(root, 'registry', '_artifacts'))).sort()).toEqual(['.lock', manifestSha256])
  }, 180_000)
})
