import { cp, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DirectoryArtifactStore, DirectoryModelRegistry, openRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

const why = ['--reason', 'a test', '--actor', 'ada']

describe('the commands about versions', () => {
  let folder: Folder
  const run = (...args: readonly string[]): Promise<Ran> =>
    runInProcess(folder.at('state'), 'models', ...args)
  const documentOf = (ran: Ran): Record<string, unknown> => JSON.parse(ran.stdout) as Record<string, unknown>
  beforeAll(async () => {
    folder = await temporaryFolder()
    const opened = await openRegistry({
      database: { url: folder.at('state/claims.sqlite') },
      artifacts: new DirectoryArtifactStore(folder.at('state/registry')),
    })
    for (let seed = 1; seed <= 7; seed += 1) {
      await writeExampleBundle(folder.at(`bundle-${String(seed)}`), { seed })
      await opened.registry.register('fraud', folder.at(`bundle-${String(seed)}`), { actor: 'ada' })
    }
    await opened.registry.promote('fraud', '1', { actor: 'ada', reason: 'the first' })
    await opened.registry.promote('fraud', '2', { actor: 'ada', reason: 'the second' })
    await opened.close()
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  test('alias sets one, refuses what does not hold, and takes it away', async () => {
    expect(await run('alias', 'fraud@3', 'staging', ...why)).toMatchObject({
      ...{ code: 0, stdout: 'fraud@staging is version 3\n' },
    })
    expect((await run('alias', 'fraud@4', 'staging', ...why, '--expected', '2')).code).toBe(1)
    expect((await run('alias', 'fraud', 'staging', ...why)).code).toBe(2)
    expect((await run('alias', 'fraud@3', '__proto__', ...why)).code).toBe(2)
    expect((await run('alias', 'fraud@4', 'shadow', ...why)).code).toBe(0)
    expect((await run('alias', 'fraud@3', 'shadow', '--remove', ...why)).code).toBe(1)
    expect(await run('alias', 'fraud', 'shadow', '--remove', ...why)).toMatchObject({
      ...{ code: 0, stdout: 'fraud has no alias shadow any more; it pointed at version 4\n' },
    })
    expect((await run('alias', 'fraud', 'shadow', '--remove', ...why)).code).toBe(2)
    expect((await run('list')).stdout).toBe(
      'fraud: 7 versions, latest 7, champion -> 2, staging -> 3 (Production 2, Staging 3)\n',
    )
  })

  test('tag and describe are shown, and what they cannot take is refused', async () => {
    const tagged = await run('tag', 'fraud@3', 'ticket=a=b', 'größe=über', '--actor', 'ada')
    expect(tagged).toMatchObject({ code: 0, stdout: 'fraud@3: 2 tags set, 0 taken away\n' })
    expect((await run('tag', 'fraud@3', 'team=x', '--remove', 'ticket')).code).toBe(0)
    for (const wrong of [['novalue'], ['=x'], ['a=1', 'a=2'], [], ['--remove', 'absent']])
      expect((await run('tag', 'fraud@3', ...wrong)).code).toBe(2)
    expect((await run('describe', 'fraud@staging', 'trained after the storm')).code).toBe(0)
    const shown = await run('show', 'fraud@3')
    expect(shown.stdout).toContain('logistic_regression, Staging\n')
    expect(shown.stdout).toContain('description: trained after the storm\ntags: größe=über, team=x\n')
    expect(documentOf(await run('show', 'fraud@3', '--json'))).toMatchObject({
      ...{ stage: 'Staging', tags: { größe: 'über', team: 'x' }, retired: null, champion: false },
    })
  })

  test('versions come by pages, and a cursor of nothing is refused', async () => {
    const first = documentOf(await run('versions', 'fraud', '--limit', '5', '--json'))
    expect(first).toMatchObject({ total: 7, versions: [{ version: '7' }, {}, {}, {}, { version: '3' }] })
    const rest = await run('versions', 'fraud', '--after', String(first['next']))
    expect(rest.stdout).toMatch(/^ {4}2 {2}Production .*champion\n {4}1 {2}None .*\n2 of 7 versions\n$/)
    expect((await run('versions', 'fraud', '--after', 'garbage')).code).toBe(2)
    expect((await run('versions', 'absent')).code).toBe(2)
    expect((await run('versions', 'fraud', '--limit', '0')).code).toBe(2)
  })

  test('retire, restore and delete refuse what is needed, and a deletion without --yes', async () => {
    expect(await run('retire', 'fraud', ...why)).toMatchObject({ code: 2 })
    expect(await run('retire', 'fraud@champion', ...why)).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('the alias champion points at it') },
    })
    expect((await run('retire', 'fraud@1', ...why)).code).toBe(0)
    expect((await run('rollback', 'fraud', ...why)).stderr).toContain('[version_retired]')
    expect((await run('promote', 'fraud@1', ...why)).code).toBe(1)
    expect((await run('promote', 'fraud@1', ...why, '--restore')).code).toBe(0)
    expect((await run('rollback', 'fraud', ...why)).stdout).toBe('fraud@2 is champion again\n')
    expect((await run('retire', 'fraud@5', ...why)).code).toBe(0)
    expect((await run('restore', 'fraud@5', ...why)).code).toBe(0)
    expect(await run('delete', 'fraud@5', ...why)).toMatchObject({ code: 2 })
    expect((await run('delete', 'fraud@champion', ...why, '--yes')).code).toBe(1)
    expect((await run('delete', 'fraud@5', ...why, '--yes')).code).toBe(0)
    expect((await run('delete', 'fraud@5', ...why, '--yes')).stderr).toContain('[version_deleted]')
    expect((await run('show', 'fraud@5')).stdout).toMatch(/Archived\n[^]*deleted \S+ by ada: a test\n$/)
    expect((await run('history', 'fraud')).stdout).toMatch(/ delete +version 5, by ada: a test\n$/)
  })

  test('retention says why, changes nothing without --apply, and needs a reason with it', async () => {
    const dry = await run('retention', 'fraud', '--keep', '1')
    expect(dry.stdout).toContain('keep    version 7: it is the newest version\n')
    expect(dry.stdout).toContain('keep    version 4: it is the last version that was shadow\n')
    expect(dry.stdout).toMatch(/\nfraud: 5 kept, 1 to delete, 1 were deleted before\nnothing was changed/)
    expect((await run('retention', 'fraud', '--keep', '1', '--apply')).code).toBe(2)
    expect((await run('retention', 'fraud', '--keep', '0')).code).toBe(2)
    const applied = await run('retention', 'fraud', '--keep', '1', '--apply', '--reason', 'old', '--json')
    expect(documentOf(applied)).toMatchObject({ applied: true, deletes: [{ version: '6' }] })
    expect(documentOf(await run('retention', 'fraud', '--keep', '1', '--json'))).toMatchObject({
      ...{ deletes: [], deleted_before: 2 },
    })
  })
})

describe('models import-directory', () => {
  let folder: Folder
  const run = (...args: readonly string[]): Promise<Ran> =>
    runInProcess(folder.at('state'), 'models', ...args)
  beforeAll(async () => {
    folder = await temporaryFolder()
    const earlier = resolve(import.meta.dirname, '../../../packages/registry/test/registries/0.1')
    await cp(earlier, folder.at('state/registry'), { recursive: true })
    await writeExampleBundle(folder.at('bundle'), { seed: 7 })
    await new DirectoryModelRegistry(folder.at('state/registry')).register('motor', folder.at('bundle'))
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  test('brings the registry in CLAIMS_HOME, and the notice is gone', async () => {
    expect((await run('list')).stderr).toContain('import-directory brings them')
    const { code, stdout, stderr } = await run('import-directory')
    expect([code, stderr]).toEqual([
      0,
      'warning: 3 promotions of fraud are taken over as they stand; no gate was checked\n',
    ])
    expect(stdout).toBe(
      [
        'fraud: 3 versions, 8 of 8 lines brought, 0 bundles brought, 3 there',
        'motor: 1 versions, 1 of 1 lines brought, 0 bundles brought, 1 there',
        'verified: 2 models with 9 lines and 4 bundles are the same on both sides\n',
      ].join('\n'),
    )
    expect(await run('list')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('champion -> 2'),
    })
    expect((await run('import-directory', '--json')).code).toBe(0)
    expect((await run('show', 'fraud')).code).toBe(0)
  })

  test('ends with 1 where a model has another history, and with 2 where there is no directory', async () => {
    await rm(folder.at('other'), { recursive: true, force: true })
    const other = new DirectoryModelRegistry(folder.at('other'))
    await writeExampleBundle(folder.at('bundle'), { seed: 8 })
    await other.register('motor', folder.at('bundle'))
    await other.register('travel', folder.at('bundle'))
    const { code, stdout, stderr } = await run('import-directory', folder.at('other'))
    expect(stderr).toMatch(
      /^warning: motor was not brought: .* differs from that of the directory from line 1 on.*\[history_conflict\]\n$/,
    )
    expect(stdout).toContain('travel: 1 versions, 1 of 1 lines brought, 1 bundles brought, 0 there\n')
    expect(stdout).toContain('not brought: 1 models, 0 bundles\n')
    expect(code).toBe(1)
    expect((await run('import-directory', folder.at('absent'))).code).toBe(2)
    expect((await run('import-directory', folder.at('bundle/manifest.json'))).code).toBe(2)
    expect((await run('import-directory', folder.at('bundle'))).code).toBe(0)
  })
})
