import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { DatabaseLedger, migrate, openDatabase, type Database } from '@claims/database'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase, type NewDatabase } from '@claims/servers/postgres'
import { ended, startClaims, temporaryFolder, type Ended, type Folder } from './claims-command.ts'

for (const kind of ['sqlite', 'postgres'] as const)
  describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `claims ledger, ${kind}`, () => {
    let folder: Folder
    let server: NewDatabase | undefined
    let url: string
    beforeEach(async () => {
      folder = await temporaryFolder()
      server = kind === 'postgres' ? await newPostgresDatabase() : undefined
      url = server?.url ?? folder.at('claims.sqlite')
    })
    afterEach(async () => {
      await server?.drop()
      await folder[Symbol.asyncDispose]()
    })

    const claims = (...words: readonly string[]): Promise<Ended> =>
      ended(startClaims(folder.path, ['ledger', ...words], { DATABASE_URL: url }))
    async function answer(...words: readonly string[]): Promise<object> {
      const run = await claims(...words, '--json')
      return { code: run.code, ...(JSON.parse(run.stdout) as object) }
    }
    async function inDatabase(work: (database: Database) => Promise<unknown>): Promise<void> {
      const database = await openDatabase({ url })
      try {
        await work(database)
      } finally {
        await database.close()
      }
    }

    test('verifies, signs, and drops what a signed checkpoint holds', async () => {
      await inDatabase(async (database) => {
        await migrate(database)
        const ledger = new DatabaseLedger(database)
        for (const name of ['fraud', '_predictions-2026-01', '_predictions-2026-02'])
          await ledger.append(name, emptyLedger, chainLines([{ n: 1 }, { n: 2 }], emptyLedger))
      })
      const { code, stdout, stderr } = await claims('verify')
      expect([code, stdout]).toEqual([0, expect.stringMatching(/: whole: 6 entries in 3 sequences, /)])
      expect(stderr).toContain('signed checkpoint only')
      const signing = ['checkpoint', '--out', 'one.json', '--key', 'it.key']
      expect(await answer(...signing)).toMatchObject({ code: 2, error: { code: 'unreadable_file' } })
      expect(await answer(...signing, '--new-key')).toMatchObject({ code: 0, entries: 6 })
      expect(await answer(...signing)).toMatchObject({ code: 2, error: { code: 'already_exists' } })
      const trust = ['--checkpoint', 'one.json', '--public-key', 'it.key.pub']
      expect(await answer('verify', ...trust)).toMatchObject({ code: 0, whole: true, checkpoints: 1 })
      const retain = ['retain', '--before', '2026-02', ...trust]
      const partition = { name: '_predictions-2026-01', entries: 2 }
      expect(await answer(...retain)).toMatchObject({
        ...{ code: 0, applied: false, partitions: [{ ...partition, verdict: 'droppable' }] },
      })
      expect(await answer(...retain, '--apply')).toMatchObject({
        ...{ code: 0, applied: true, partitions: [{ ...partition, verdict: 'dropped' }] },
      })
      expect(await answer('verify', ...trust)).toMatchObject({
        ...{ code: 0, whole: true, notes: [{ name: '_predictions-2026-01', kind: 'dropped' }] },
      })
      await inDatabase((database) =>
        database.kysely.deleteFrom('ledger_entries').where('name', '=', 'fraud').execute(),
      )
      await inDatabase((database) =>
        database.kysely.deleteFrom('ledger_heads').where('name', '=', 'fraud').execute(),
      )
      const missing = { name: 'fraud', position: null, kind: 'missing_sequence' }
      expect(await answer('verify', ...trust)).toMatchObject({ code: 1, whole: false, problems: [missing] })
      const said = await claims('verify', ...trust)
      expect([said.code, said.stdout]).toEqual([
        1,
        expect.stringMatching(/^WRONG {2}fraud is not there, and had 2 entries.*\n.*\n.*NOT WHOLE/),
      ])
    })

    test('signs nothing over damage', async () => {
      await inDatabase(async (database) => {
        await migrate(database)
        await new DatabaseLedger(database).append('fraud', emptyLedger, ['{"n":1}'])
      })
      expect(await answer('checkpoint', '--out', 'one.json', '--key', 'it.key', '--new-key')).toMatchObject({
        code: 1,
        error: { code: 'damaged_ledger', problems: [{ field: 'fraud 1' }] },
      })
      expect(await folder.names()).not.toContain('one.json')
    })
  })

test('a checkpoint is checked without a database; a ledger that is not there is not whole', async () => {
  await using folder = await temporaryFolder()
  const run = (...words: readonly string[]): Promise<Ended> => ended(startClaims(folder.path, words))
  expect((await run('ledger', 'verify')).code).toBe(2)
  expect(await folder.names()).toEqual([])
  await run('database', 'migrate')
  await run('ledger', 'checkpoint', '--out', 'one.json', '--key', 'it.key', '--new-key')
  await run('ledger', 'checkpoint', '--out', 'two.json', '--key', 'other.key', '--new-key')
  const check = ['ledger', 'check', 'one.json', '--public-key']
  expect((await run(...check, 'it.key.pub')).code).toBe(0)
  expect((await run(...check, 'other.key.pub')).code).toBe(1)
  expect((await run(...check, 'it.key')).code).toBe(2)
  const text = await readFile(folder.at('one.json'), 'utf8')
  await writeFile(folder.at('one.json'), text.replace('"created_at": "2', '"created_at": "3'))
  const changed = await run(...check, 'it.key.pub')
  expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('invalid_checkpoint')])
  for (const words of [
    ['verify', '--checkpoint', 'two.json'],
    ['verify', '--public-key', 'it.key.pub'],
  ])
    expect((await run('ledger', ...words)).code).toBe(2)
})
