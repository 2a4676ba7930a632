import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ClaimsError } from '@claims/contracts'
import { DirectoryArtifactStore, openBundle, openRegistry, type OpenRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'

const size = 1 << 20

const tried = spawnSync('/bin/sh', [
  '-c',
  'folder=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$folder" && umount "$folder"; code=$?; rmdir "$folder"; exit $code',
])
const canMount = tried.status === 0
// In CI a container may not be allowed to mount either, so this skips everywhere.
const testOnSmallDisk = canMount ? test : test.skip
if (!canMount) process.stderr.write('SKIPPED: a full disk: a small file system cannot be mounted here\n')

let root = ''
let disk = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-disk-'))
  disk = join(root, 'disk')
  await mkdir(disk)
  if (canMount) spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(size)}`, 'tmpfs', disk])
})
afterAll(async () => {
  if (canMount) spawnSync('umount', ['-l', disk])
  await rm(root, { recursive: true, force: true })
})

async function opened(): Promise<OpenRegistry> {
  return await openRegistry({
    database: { url: join(disk, 'claims.sqlite') },
    artifacts: new DirectoryArtifactStore(join(disk, 'registry')),
  })
}

describe('a registry on a full disk', () => {
  testOnSmallDisk('registers whole or not at all, says so, and goes on when there is room', async () => {
    const filler = join(disk, 'filler')
    await writeFile(filler, Buffer.alloc(500_000))
    const { registry, ...used } = await opened()
    let answered = 0
    const fill = async (): Promise<void> => {
      for (let seed = 0; ; seed += 1) {
        const bundle = join(root, `bundle-${String(seed)}`)
        await writeExampleBundle(bundle, { seed })
        await registry.register('fraud', bundle, { actor: 'ada', notes: 'x'.repeat(9_000) })
        answered += 1
      }
    }
    const refused: unknown = await fill().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ClaimsError)
    expect(['unreadable_storage', 'database_unavailable']).toContain((refused as ClaimsError).code)
    expect((refused as ClaimsError).message).toMatch(/full|space/)
    expect(answered).toBeGreaterThan(2)

    const other = await opened().then(
      async (second) => {
        const versions = (await second.registry.versions('fraud')).map(({ version }) => version)
        await second.close()
        return versions
      },
      (error: unknown) => error,
    )
    // A reader that has to write to begin may be refused on a full disk, by code.
    if (Array.isArray(other)) expect(other).toHaveLength(answered)
    else expect(other).toMatchObject({ code: 'database_unavailable' })

    await unlink(filler)
    const bundle = join(root, 'bundle-0')
    const { version } = await registry.register('fraud', bundle, { actor: 'ada' })
    expect(version).toBe(String(answered + 1))
    for (let n = 1; n <= answered + 1; n += 1)
      expect((await registry.resolve(`fraud@${String(n)}`)).manifestSha256).toBe(
        (await openBundle(join(root, `bundle-${String(n === answered + 1 ? 0 : n - 1)}`))).manifestSha256,
      )
    await used.close()
  })
})
