import { mkdir, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { transaction } from '@claims/database'
import { DirectoryArtifactStore, openRegistry } from '@claims/registry'
import { writeExampleBundle } from '@claims/registry/example'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

describe('a registry in which one model is damaged', () => {
  let folder: Folder
  const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
  beforeAll(async () => {
    folder = await temporaryFolder()
    const opened = await openRegistry({
      database: { url: folder.at('state/claims.sqlite') },
      artifacts: new DirectoryArtifactStore(folder.at('state/registry')),
    })
    const { registry, database } = opened
    for (const [seed, name] of ['fraud', 'motor', 'travel'].entries()) {
      await writeExampleBundle(folder.at('bundle'), { seed })
      await registry.register(name, folder.at('bundle'), { actor: 'ada' })
    }
    await registry.promote('motor', '1', { actor: 'ada', reason: 'the first' })
    await transaction(database, async (tables) => {
      const { entry } = await tables
        .selectFrom('ledger_entries')
        .select('entry')
        .where('name', '=', 'motor')
        .where('position', '=', 1)
        .executeTakeFirstOrThrow()
      await tables
        .updateTable('ledger_entries')
        .set({ entry: entry.replace('ada', 'bob') })
        .where('name', '=', 'motor')
        .where('position', '=', 1)
        .execute()
    })
    await opened.close()
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  test('models list shows the others, names the damaged one and its code, and ends with 1', async () => {
    const { code, stdout, stderr } = await run('models', 'list')
    expect(stdout).toBe('fraud: 1 version, latest 1\ntravel: 1 version, latest 1\n')
    expect(stderr).toMatch(/^warning: motor is damaged: .*line 2 breaks the hash chain \[damaged_bundle\]\n$/)
    expect(code).toBe(1)
  })

  test('models list --json has the others as ever, and the damaged one beside them', async () => {
    const { code, stdout } = await run('models', 'list', '--json')
    expect(JSON.parse(stdout)).toEqual({
      models: ['fraud', 'travel'].map((name) => ({
        ...{ name, latest_version: '1', versions: 1, aliases: {}, stages: { None: '1' } },
      })),
      damaged: [
        {
          ...{ name: 'motor', code: 'damaged_bundle' },
          message: 'The history of motor: line 2 breaks the hash chain',
          problems: [expect.objectContaining({ field: 'line 2' })],
        },
      ],
    })
    expect(code).toBe(1)
  })

  test.each(['travel@1', 'travel'])('models show %s works', async (model) => {
    const { code, stdout } = await run('models', 'show', model, '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { name: 'travel', version: '1', champion: false }])
  })

  test.each(['motor', 'motor@1', 'motor@champion'])('models show %s says why not', async (model) => {
    const { code, stderr } = await run('models', 'show', model)
    expect([code, stderr]).toEqual([2, expect.stringContaining('[damaged_bundle]\n  line 2: was altered')])
  })

  test('doctor finds it', async () => {
    const { code, stdout } = await run('doctor', '--json')
    const { findings } = JSON.parse(stdout) as { findings: { name: string }[] }
    expect(findings.find(({ name }) => name === 'registry')).toMatchObject({
      ...{ healthy: false, detail: expect.stringMatching(/^2 models in \S+claims.sqlite, and 1 damaged$/) },
      notes: [expect.stringContaining('motor: line 2 breaks the hash chain [damaged_bundle]')],
    })
    expect(code).toBe(1)
  })

  test('a file in place of the bundles, and a directory in place of the database, are named', async () => {
    await rm(folder.at('state/registry'), { recursive: true })
    await writeFile(folder.at('state/registry'), '')
    const shown = await run('models', 'show', 'travel@1')
    expect(shown.stderr).toMatch(/registry is a file where a directory is needed \[unreadable_storage\]\n/)
    expect(shown.code).toBe(2)
    for (const end of ['', '-wal', '-shm']) await rm(folder.at(`state/claims.sqlite${end}`), { force: true })
    await mkdir(folder.at('state/claims.sqlite'))
    const { code, stderr } = await run('models', 'list')
    expect(stderr).toMatch(/^error: The database \S+claims\.sqlite .*\[database_refused\]\n/)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(code).toBe(2)
  })
})
