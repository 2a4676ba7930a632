import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { BundleFiles } from '@claims/contracts'
import { exampleBundle } from '@claims/contracts/example'
import { DirectoryArtifactStore, DirectoryModelRegistry, openRegistry } from '@claims/registry'
import { runInProcess } from './run-in-process.ts'

const [one, two, three] = [1, 2, 3].map((seed) => exampleBundle({ seed })) as [
  BundleFiles,
  BundleFiles,
  BundleFiles,
]

describe('claims models clean', () => {
  let home: string
  let artifacts: DirectoryArtifactStore
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'claims-clean-'))
    artifacts = new DirectoryArtifactStore(join(home, 'registry'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  async function register(bundle: BundleFiles): Promise<void> {
    const opened = await openRegistry({ database: { url: join(home, 'claims.sqlite') }, artifacts })
    await opened.registry.register('fraud', bundle)
    await opened.close()
  }

  async function putHoursAgo(bundle: BundleFiles, hours: number): Promise<void> {
    await artifacts.put(bundle)
    const time = new Date(Date.now() - hours * 3_600_000)
    await utimes(await artifacts.locate(bundle.manifestSha256), time, time)
  }

  async function clean(...words: readonly string[]): Promise<{ code: number; document: unknown }> {
    const { code, stdout } = await runInProcess(home, '--json', 'models', 'clean', ...words)
    return { code, document: JSON.parse(stdout) }
  }

  const kept = async (): Promise<string[]> =>
    (await readdir(join(home, 'registry', '_artifacts'))).filter((name) => !name.startsWith('.')).sort()
  const hashes = (...bundles: readonly BundleFiles[]): string[] =>
    bundles.map(({ manifestSha256 }) => manifestSha256).sort()

  test('says what it would remove, and removes it when it is told', async () => {
    await register(one)
    await putHoursAgo(one, 100)
    await putHoursAgo(two, 30)
    await putHoursAgo(three, 5)
    await symlink(home, join(home, 'registry', '_artifacts', 'link'))
    const said = await runInProcess(home, 'models', 'clean')
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(
      /^3 bundles of [\d.]+ kB: 1 named, 1 unnamed and put less than 24 hours ago$/m,
    )
    expect(said.stdout).toMatch(/^would remove 1 bundle, [\d.]+ kB$/m)
    expect(said.stdout).toMatch(/^0 of deleted versions, 1 that no version was registered of$/m)
    expect(said.stdout).toMatch(/^nothing was changed; --apply removes this$/m)
    expect(said.stderr).toMatch(/left: .*_artifacts\/link is a link/)
    expect(await clean()).toMatchObject({
      code: 0,
      document: {
        ...{ applied: false, minimum_age_hours: 24, kept: { bundles: 3 }, named: 1, young: 1 },
        removed: { bundles: 1, of_deleted_versions: 0, remains: 0, manifests: hashes(two) },
        left: [{ problem: 'is a link' }],
      },
    })
    expect(await kept()).toEqual([...hashes(one, two, three), 'link'])
    expect((await runInProcess(home, 'models', 'clean', '--apply')).stdout).toMatch(/^removed 1 bundle, /m)
    expect(await kept()).toEqual([...hashes(one, three), 'link'])
    await clean('--apply', '--minimum-age', '4')
    expect(await kept()).toEqual([...hashes(one), 'link'])
  })

  test('keeps bundles of a registry in a directory that was not brought over', async () => {
    await register(one)
    await new DirectoryModelRegistry(join(home, 'registry')).register('motor', two)
    for (const bundle of [one, two, three]) await putHoursAgo(bundle, 100)
    expect(await clean('--apply')).toMatchObject({
      document: { named: 2, removed: { manifests: hashes(three) } },
    })
    expect(await kept()).toEqual(hashes(one, two))
  })

  test('leaves the store of a registry that knows none of its bundles, unless that is allowed', async () => {
    await putHoursAgo(one, 100)
    const refused = await clean('--apply')
    expect(refused).toMatchObject({ code: 2, document: { error: { code: 'invalid_configuration' } } })
    expect(await kept()).toEqual(hashes(one))
    await clean('--apply', '--allow-unknown')
    expect(await kept()).toEqual([])
  })

  test('removes nothing where a history cannot be read', async () => {
    await register(one)
    await putHoursAgo(two, 100)
    await mkdir(join(home, 'registry', 'motor'))
    await writeFile(
      join(home, 'registry', 'motor', 'history.jsonl'),
      '{"action":"register"}\n{"action":"register"}\n',
    )
    expect(await clean('--apply')).toMatchObject({
      code: 2,
      document: {
        error: { code: 'damaged_bundle', message: expect.stringContaining('No bundle is removed') },
      },
    })
    expect(await kept()).toEqual(hashes(one, two))
  })

  test.each(['0', '-1', '0.5', 'a day'])('refuses a minimum age of %s hours', async (hours) => {
    expect((await runInProcess(home, 'models', 'clean', `--minimum-age=${hours}`)).code).toBe(2)
  })
})
