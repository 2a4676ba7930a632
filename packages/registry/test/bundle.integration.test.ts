import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { bundleOf, openBundle, requireReplaceable, writeBundle } from '@claims/registry'
import { exampleManifestFacts, writeExampleBundle } from '@claims/registry/example'
import { ownIdentity, type ProcessIdentity } from '../src/bundle/process-identity.ts'
import { putInPlace } from '../src/bundle/put-in-place.ts'
import { recoverAndClean, temporarySibling } from '../src/bundle/temporary-sibling.ts'

let root: string
let directory: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-bundle-'))
  directory = join(root, 'fraud-bundle')
})
afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

describe('writeBundle and openBundle', () => {
  test('round trip', async () => {
    const written = await writeExampleBundle(directory)
    const bundle = await openBundle(directory)
    expect(bundle.manifest).toEqual(written)
    expect(Object.keys(written.files).sort()).toEqual([
      'model-card.md',
      'model/weights.json',
      'pipeline.json',
    ])
    expect(await bundle.readJson('pipeline.json')).toEqual({ seed: 42, steps: [] })
    expect(new TextDecoder().decode(await bundle.read('model-card.md'))).toBe('# Example 42\n')
    expect(await bundle.read('manifest.json')).toEqual(
      new Uint8Array(await readFile(join(directory, 'manifest.json'))),
    )
    await expect(bundle.read('absent.json')).rejects.toMatchObject({ code: 'file_not_found' })
    await expect(bundle.readJson('absent.json')).rejects.toMatchObject({ code: 'file_not_found' })
    expect(await readdir(root)).toEqual(['fraud-bundle'])
  })

  test('the same content gives the same bytes', async () => {
    await writeExampleBundle(directory)
    await writeExampleBundle(join(root, 'other'))
    expect(await readFile(join(root, 'other', 'manifest.json'))).toEqual(
      await readFile(join(directory, 'manifest.json')),
    )
  })

  test('replaces an earlier bundle, through a link too, and leaves nothing beside it', async () => {
    await writeExampleBundle(directory, { seed: 1 })
    await writeExampleBundle(directory, { seed: 2 })
    await symlink(directory, join(root, 'link'))
    await writeExampleBundle(join(root, 'link'), { seed: 3 })
    expect((await openBundle(directory)).manifest.seed).toBe(3)
    expect((await readdir(root)).sort()).toEqual(['fraud-bundle', 'link'])
  })

  test('a failed write leaves the earlier bundle and nothing beside it', async () => {
    await writeExampleBundle(directory, { seed: 1 })
    const failing = writeBundle(directory, async (temporary) => {
      await writeFile(join(temporary, 'pipeline.json'), '{')
      throw new Error('out of paper')
    })
    await expect(failing).rejects.toThrow('out of paper')
    expect((await openBundle(directory)).manifest.seed).toBe(1)
    expect(await readdir(root)).toEqual(['fraud-bundle'])
  })

  test('refuses facts that do not fit the schema', async () => {
    const failing = writeBundle(directory, () => Promise.resolve({ ...exampleManifestFacts(), seed: 0.5 }))
    await expect(failing).rejects.toThrow(TypeError)
    expect(await readdir(root)).toEqual([])
  })

  test('refuses to replace what is not a bundle, before any work is done', async () => {
    await mkdir(directory)
    await writeFile(join(directory, 'thesis.txt'), 'years of work')
    let filled = false
    const refused = writeBundle(directory, () => {
      filled = true
      return Promise.resolve(exampleManifestFacts())
    })
    await expect(refused).rejects.toMatchObject({ code: 'already_exists' })
    expect(filled).toBe(false)
    expect(await readFile(join(directory, 'thesis.txt'), 'utf8')).toBe('years of work')

    await writeFile(join(root, 'file'), '')
    await expect(writeExampleBundle(join(root, 'file'))).rejects.toMatchObject({ code: 'already_exists' })
  })

  test('refuses to replace a bundle that holds files of somebody else', async () => {
    await writeExampleBundle(directory)
    await writeFile(join(directory, 'notes.txt'), 'mine')
    await expect(writeExampleBundle(directory)).rejects.toMatchObject({
      code: 'already_exists',
      message: expect.stringContaining('notes.txt'),
    })
  })

  test.each(['.notes', '.git/config'])('refuses to replace a bundle that holds a hidden %s', async (name) => {
    await writeExampleBundle(directory)
    await mkdir(join(directory, '.git'))
    await writeFile(join(directory, name), 'mine')
    for (const overwrite of [false, true])
      await expect(requireReplaceable(directory, { overwrite })).rejects.toMatchObject({
        code: 'already_exists',
        message: expect.stringContaining(name),
      })
    expect(await readFile(join(directory, name), 'utf8')).toBe('mine')
  })

  test('what a file manager leaves in a bundle does not keep it from being replaced', async () => {
    await writeExampleBundle(directory)
    await writeFile(join(directory, '.DS_Store'), '')
    await expect(requireReplaceable(directory)).resolves.toBeUndefined()
  })

  test('refuses to replace a bundle whose file was edited, unless it is told to', async () => {
    await writeExampleBundle(directory)
    await writeFile(join(directory, 'pipeline.json'), '{"mine": true}')
    await expect(writeExampleBundle(directory)).rejects.toMatchObject({
      code: 'already_exists',
      message: expect.stringContaining('pipeline.json'),
      problems: [{ allowed: expect.stringContaining('--overwrite') }],
    })
    expect(await readFile(join(directory, 'pipeline.json'), 'utf8')).toBe('{"mine": true}')
    await expect(requireReplaceable(directory, { overwrite: true })).resolves.toBeUndefined()
    await rm(join(directory, 'pipeline.json'))
    await expect(requireReplaceable(directory)).resolves.toBeUndefined()
  })

  test('writes into an empty directory', async () => {
    await mkdir(directory)
    await writeExampleBundle(directory)
    expect((await openBundle(directory)).manifest.seed).toBe(42)
  })

  describe('temporary directories', () => {
    const own = ownIdentity()
    const elsewhere: ProcessIdentity = { space: 'ffffffff', pid: own.pid, start: own.start }
    const now = new Date()
    const later = new Date(now.getTime() + 2 * 3_600_000)
    const clean = async (by: ProcessIdentity, at = now): Promise<boolean> => {
      const path = temporarySibling(directory, 'new', by)
      await mkdir(path)
      await writeFile(join(path, 'half.json'), '{')
      await recoverAndClean(directory, { own, now: at })
      return !(await readdir(root)).includes(basename(path))
    }

    test('of a dead process are taken away', async () => {
      const dead = spawn(process.execPath, ['-e', ''])
      await once(dead, 'exit')
      expect(await clean({ ...own, pid: dead.pid ?? 0 })).toBe(true)
    })
    test('of an earlier process that had this one’s id are taken away', async () => {
      expect(await clean({ ...own, start: own.start + 1 })).toBe(true)
    })
    test('of this process and of another live one are left, however old', async () => {
      expect(await clean(own, later)).toBe(false)
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
      try {
        const stat = await readFile(`/proc/${String(child.pid)}/stat`, 'utf8').catch(() => null)
        const start = stat === null ? 0 : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
        expect(await clean({ ...own, pid: child.pid ?? 0, start }, later)).toBe(false)
      } finally {
        child.kill()
      }
    })
    test('of a process in another container, with the same id, are left until nothing changes for an hour', async () => {
      expect(await clean(elsewhere)).toBe(false)
      expect(await clean({ ...elsewhere, pid: 4_000_000 })).toBe(false)
      expect(await clean(elsewhere, later)).toBe(true)
    })
    test('with a name of product 0.1 are left until nothing changes for an hour; other names always', async () => {
      const earlier = `.fraud-bundle.${String(own.pid)}-0123456789ab.new`
      for (const name of [earlier, '.fraud-bundle.notes']) await mkdir(join(root, name))
      await recoverAndClean(directory, { own, now })
      expect((await readdir(root)).sort()).toEqual([earlier, '.fraud-bundle.notes'].sort())
      await recoverAndClean(directory, { own, now: later })
      expect(await readdir(root)).toEqual(['.fraud-bundle.notes'])
    })
  })

  test('concurrent writers and a reader: one whole bundle wins', async () => {
    await writeExampleBundle(directory, { seed: 0 })
    const seeds = [1, 2, 3, 4]
    const [opened] = await Promise.all([
      openBundle(directory),
      ...seeds.map((seed) => writeExampleBundle(directory, { seed })),
    ])
    expect([0, ...seeds]).toContain(opened.manifest.seed)
    expect(seeds).toContain((await openBundle(directory)).manifest.seed)
    expect(await readdir(root)).toEqual(['fraud-bundle'])
  })
})

describe('systems without an atomic exchange', () => {
  test('replace by two renames', async () => {
    await writeExampleBundle(directory, { seed: 1 })
    await writeExampleBundle(join(root, 'finished'), { seed: 2 })
    await putInPlace(join(root, 'finished'), directory, () => 'unsupported')
    expect((await openBundle(directory)).manifest.seed).toBe(2)
    expect(await readdir(root)).toEqual(['fraud-bundle'])
  })

  test.each(['openBundle', 'writeBundle'])(
    '%s puts back what a dead writer had renamed aside',
    async (name) => {
      const dead = spawn(process.execPath, ['-e', ''])
      await once(dead, 'exit')
      await writeExampleBundle(directory, { seed: 1 })
      await rename(directory, temporarySibling(directory, 'old', { ...ownIdentity(), pid: dead.pid ?? 0 }))
      if (name === 'writeBundle') {
        await expect(writeBundle(directory, () => Promise.reject(new Error('stop')))).rejects.toThrow('stop')
      }
      expect((await openBundle(directory)).manifest.seed).toBe(1)
      expect(await readdir(root)).toEqual(['fraud-bundle'])
    },
  )
})

describe('damage', () => {
  const damages: [string, string, () => Promise<void>][] = [
    ['an altered byte', 'pipeline.json', () => alter('pipeline.json', '"seed": 42', '"seed": 43')],
    ['a shortened file', 'model/weights.json', () => truncate(join(directory, 'model/weights.json'), 5)],
    ['a missing file', 'model-card.md', () => rm(join(directory, 'model-card.md'))],
    ['an extra model file', 'model/extra.bin', () => writeFile(join(directory, 'model/extra.bin'), '')],
    ['an extra JSON file', 'policy.json', () => writeFile(join(directory, 'policy.json'), '{}')],
    ['a missing manifest', 'manifest.json', () => rm(join(directory, 'manifest.json'))],
    ['a torn manifest', 'manifest.json', () => truncate(join(directory, 'manifest.json'), 100)],
    [
      'a manifest of another shape',
      'manifest.json',
      () => alter('manifest.json', '"seed": 42', '"seed": "x"'),
    ],
    [
      'a name outside',
      'manifest.json',
      () => alter('manifest.json', '"pipeline.json"', '"../pipeline.json"'),
    ],
  ]
  async function alter(name: string, from: string, to: string): Promise<void> {
    const content = await readFile(join(directory, name), 'utf8')
    expect(content).toContain(from)
    await writeFile(join(directory, name), content.replace(from, to))
  }

  test.each(damages)('%s is refused, naming %s', async (_, name, damage) => {
    await writeExampleBundle(directory)
    await damage()
    await expect(openBundle(directory)).rejects.toMatchObject({
      code: 'damaged_bundle',
      problems: expect.arrayContaining([expect.objectContaining({ field: expect.stringContaining(name) })]),
    })
  })

  test('what becomes of the files after opening does not reach a reader', async () => {
    await writeExampleBundle(directory, { seed: 1 })
    const bundle = await openBundle(directory)
    await writeExampleBundle(directory, { seed: 2 })
    expect(await bundle.readJson('pipeline.json')).toMatchObject({ seed: 1 })
    await rm(directory, { recursive: true })
    expect(await bundle.readJson('model/weights.json')).toMatchObject({ seed: 1 })
    expect(bundle.manifest.seed).toBe(1)
  })

  test('what a reader does to its bytes does not reach the next one', async () => {
    await writeExampleBundle(directory)
    const bundle = await openBundle(directory)
    ;(await bundle.read('pipeline.json')).fill(0)
    expect(await bundle.readJson('pipeline.json')).toMatchObject({ seed: 42 })
  })

  test('a bundle goes to another thread as data', async () => {
    await writeExampleBundle(directory)
    const sent = structuredClone((await openBundle(directory)).content())
    const bundle = bundleOf(sent)
    expect(bundle).toMatchObject({ origin: directory, manifest: { seed: 42 } })
    expect(await bundle.readJson('pipeline.json')).toEqual({ seed: 42, steps: [] })
  })

  test('a file that only people read may be added', async () => {
    await writeExampleBundle(directory)
    await writeFile(join(directory, 'NOTES.md'), 'checked by hand')
    expect((await openBundle(directory)).manifest.seed).toBe(42)
  })

  test('a newer format is refused', async () => {
    await writeExampleBundle(directory)
    await alter('manifest.json', '"format_version": 3,\n  "headline"', '"format_version": 4,\n  "headline"')
    await expect(openBundle(directory)).rejects.toMatchObject({ code: 'unsupported_format_version' })
  })

  test('an absent bundle is not found', async () => {
    await expect(openBundle(directory)).rejects.toMatchObject({ code: 'file_not_found' })
    await expect(openBundle(join(root, 'a', 'b', 'c'))).rejects.toMatchObject({ code: 'file_not_found' })
    await writeFile(directory, '')
    await expect(openBundle(directory)).rejects.toMatchObject({ code: 'file_not_found' })
  })
})

test('kill -9 at 20 random moments leaves a whole bundle each time', async () => {
  const script = join(import.meta.dirname, 'processes', 'write-bundles.ts')
  await writeExampleBundle(directory, { seed: -1 })
  let replaced = 0
  let interrupted = 0
  // At least 20 kills, and as many more, later ones, as a busy machine needs to get into and past a replacement.
  for (let round = 0; round < 20 || (round < 80 && Math.min(replaced, interrupted) === 0); round += 1) {
    const before = (await openBundle(directory)).manifest.seed
    const child = spawn(
      process.execPath,
      [
        '--conditions=@claims/source',
        '--disable-warning=ExperimentalWarning',
        script,
        directory,
        String(round * 1e6),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const exit = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), exit])
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * (60 + 10 * round)))
    child.kill('SIGKILL')
    expect(await exit).toEqual([null, 'SIGKILL'])
    if ((await readdir(root)).length > 1) interrupted += 1
    const bundle = await openBundle(directory)
    const { manifest } = bundle
    expect(await bundle.readJson('model/weights.json')).toMatchObject({ seed: manifest.seed })
    if (manifest.seed !== before) replaced += 1
  }
  expect(replaced).toBeGreaterThan(0)
  expect(interrupted).toBeGreaterThan(0)
  await writeExampleBundle(directory)
  expect(await readdir(root)).toEqual(['fraud-bundle'])
}, 180_000)
