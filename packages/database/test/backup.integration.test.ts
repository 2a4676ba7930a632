import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import {
  DatabaseLedger,
  migrate,
  readBackupKey,
  restoreBackup,
  schemaStatus,
  verifyBackup,
  writeBackup,
  writeNewBackupKey,
  type Database,
  type DatabaseKind,
  type Migration,
} from '@claims/database'
import { migrations as ours } from '../src/migrations/migrations.ts'
import { describeKinds, kinds, newPlace, type Place } from './kinds.ts'

let directory: string
let places: Place[]
let key: Uint8Array
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'claims-backup-'))
  places = []
  key = randomBytes(32)
})
afterEach(async () => {
  for (const place of places) await place.dispose()
  await rm(directory, { recursive: true })
})

async function newDatabase(kind: DatabaseKind): Promise<Database> {
  const place = await newPlace(kind)
  places.push(place)
  return await place.open()
}

/** A migrated database with a short and a long history. */
async function filled(kind: DatabaseKind): Promise<Database> {
  const database = await newDatabase(kind)
  await migrate(database)
  const ledger = new DatabaseLedger(database)
  await ledger.append('fraud', emptyLedger, ['one', '{"two": "zwei – 二 \u2028"}', 'é'.repeat(300_000)])
  await ledger.append(
    'motor',
    emptyLedger,
    Array.from({ length: 5_000 }, (_, i) => `entry ${String(i)}`),
  )
  return database
}

async function contentOf(database: Database): Promise<unknown> {
  return await database.kysely
    .selectFrom('ledger_entries')
    .selectAll()
    .orderBy('name')
    .orderBy('position')
    .execute()
}

for (const to of kinds)
  describeKinds(`a backup for ${to} of`, (from) => {
    test('is restored into an empty database, row by row', async () => {
      const [source, target] = [await filled(from), await newDatabase(to)]
      const path = join(directory, 'backup')
      const rows = { ledger_entries: 5_003, ledger_heads: 2 }
      expect(await writeBackup(source, { path, key })).toMatchObject({ schema_version: ours.length, rows })
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      expect(await readdir(directory)).toEqual(['backup'])
      expect(await verifyBackup({ path, key })).toMatchObject({ schema_version: ours.length, rows })
      expect(await restoreBackup(target, { path, key })).toMatchObject({ rows })
      expect(await contentOf(target)).toEqual(await contentOf(source))
      expect((await schemaStatus(target)).pending).toEqual([])
      const ledger = new DatabaseLedger(target)
      expect(await ledger.append('fraud', sha256('é'.repeat(300_000)), ['next'])).toBe(true)
    })
  })

describeKinds('writing and restoring', (kind) => {
  test('a backup has one state, whatever is appended while it is read', async () => {
    const source = await filled(kind)
    const other = await places[0]!.open()
    const ledger = new DatabaseLedger(other)
    const path = join(directory, 'backup')
    let last = 'entry 4999'
    const state = { ended: false }
    const backup = writeBackup(source, { path, key }).finally(() => {
      state.ended = true
    })
    for (let i = 0; !state.ended; i += 1) {
      await ledger.append('motor', sha256(last), [`later ${String(i)}`, `and ${String(i)}`])
      last = `and ${String(i)}`
      await new Promise((resolve) => setImmediate(resolve))
    }
    await backup
    const target = await newDatabase('sqlite')
    const { rows } = await restoreBackup(target, { path, key })
    const entries = await new DatabaseLedger(target).read('motor')
    expect(rows['ledger_entries']).toBe(entries.length + 3)
    // Both entries of an append are there, or neither.
    expect(entries.length % 2).toBe(0)
    expect(entries).toEqual((await ledger.read('motor')).slice(0, entries.length))
  })

  test('nothing is restored into a database with a row, a newer schema or a foreign table that holds something', async () => {
    const source = await filled(kind)
    const path = join(directory, 'backup')
    await writeBackup(source, { path, key })
    await expect(restoreBackup(source, { path, key })).rejects.toMatchObject({ code: 'already_exists' })
    const foreign = await newDatabase(kind)
    await sql`create table theirs (a integer)`.execute(foreign.kysely)
    await sql`insert into theirs values (1)`.execute(foreign.kysely)
    await expect(restoreBackup(foreign, { path, key })).rejects.toMatchObject({ code: 'already_exists' })
    expect((await schemaStatus(foreign)).version).toBe(0)
    const migrated = await newDatabase(kind)
    await migrate(migrated)
    await restoreBackup(migrated, { path, key })
    expect(await contentOf(migrated)).toEqual(await contentOf(source))
  })

  test('a backup of an older schema gets the migrations since, and one of a newer schema is refused', async () => {
    const second: Migration = {
      version: ours.length + 1,
      name: 'lengths',
      statements: ({ integer, tableEnd }) => [
        `create table lengths (position ${integer} not null primary key, length ${integer})${tableEnd}`,
        `insert into lengths select position, length(entry) from ledger_entries where name = 'fraud'`,
      ],
    }
    const newer = [...ours, second]
    const path = join(directory, 'older')
    await writeBackup(await filled(kind), { path, key })
    const target = await newDatabase(kind)
    await restoreBackup(target, { path, key, migrations: newer })
    expect((await schemaStatus(target, newer)).version).toBe(ours.length + 1)
    expect((await sql`select length from lengths order by position`.execute(target.kysely)).rows).toEqual([
      { length: 3 },
      { length: 21 },
      { length: 300_000 },
    ])
    await writeBackup(target, { path: join(directory, 'newer'), key, migrations: newer })
    const empty = await newDatabase(kind)
    await expect(restoreBackup(empty, { path: join(directory, 'newer'), key })).rejects.toMatchObject({
      code: 'database_newer',
      message: `The backup has schema ${String(ours.length + 1)}, and this product knows schemas up to ${String(ours.length)}`,
    })
    const changed = [...ours.map((one) => ({ ...one, name: 'other' }))]
    await expect(restoreBackup(empty, { path, key, migrations: changed })).rejects.toMatchObject({
      code: 'damaged_backup',
    })
    await migrate(empty, { migrations: newer })
    await expect(restoreBackup(empty, { path, key, migrations: newer })).rejects.toMatchObject({
      code: 'already_exists',
    })
  })

  test('work that is aborted leaves no file and no row', async () => {
    const source = await filled(kind)
    const path = join(directory, 'backup')
    const signal = AbortSignal.abort()
    await expect(writeBackup(source, { path, key, signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(directory)).toEqual([])
    await writeBackup(source, { path, key })
    const target = await newDatabase(kind)
    await expect(restoreBackup(target, { path, key, signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect((await schemaStatus(target)).version).toBe(0)
  })

  test('a database that is not migrated, and a name that is taken, are refused', async () => {
    const database = await newDatabase(kind)
    const path = join(directory, 'backup')
    await expect(writeBackup(database, { path, key })).rejects.toMatchObject({ code: 'database_outdated' })
    expect(await readdir(directory)).toEqual([])
    await migrate(database)
    await writeFile(path, 'mine')
    await expect(writeBackup(database, { path, key })).rejects.toMatchObject({ code: 'already_exists' })
    expect(await readFile(path, 'utf8')).toBe('mine')
  })
})

describe('a file that is not the backup that was written', () => {
  let good: Buffer
  let target: Database
  beforeEach(async () => {
    await writeBackup(await filled('sqlite'), { path: join(directory, 'good'), key })
    good = await readFile(join(directory, 'good'))
    target = await newDatabase('sqlite')
  })

  async function refused(content: Buffer, words: RegExp): Promise<void> {
    const path = join(directory, 'bad')
    await writeFile(path, content)
    const refusal = { code: 'damaged_backup', message: expect.stringMatching(words) as unknown }
    await expect(verifyBackup({ path, key })).rejects.toMatchObject(refusal)
    await expect(restoreBackup(target, { path, key })).rejects.toMatchObject(refusal)
    expect((await schemaStatus(target)).version).toBe(0)
  }

  test('is refused where it ends early: in the head, in a chunk, between chunks', async () => {
    const chunk = 65_536 + 16
    await refused(Buffer.alloc(0), /no backup/)
    await refused(good.subarray(0, 40), /ends within its head/)
    await refused(good.subarray(0, 64), /ends after its head/)
    for (const length of [70, 64 + chunk, 64 + 2 * chunk, 64 + 2 * chunk + 100, good.length - 1])
      await refused(good.subarray(0, length), /cut off|ends in the middle/)
  })

  test('is refused where one bit differs, wherever that is', async () => {
    for (let at = 0; at < good.length; at += Math.ceil(good.length / 40)) {
      const bad = Buffer.from(good)
      bad[at] = bad[at]! ^ 1
      await refused(bad, /no backup|another key|changed/)
    }
  })

  test('is refused where chunks changed places, were taken from another file, or something follows', async () => {
    const [chunk, head] = [65_536 + 16, good.subarray(0, 64)]
    const part = (i: number): Buffer => good.subarray(64 + i * chunk, 64 + (i + 1) * chunk)
    const rest = good.subarray(64 + 2 * chunk)
    await refused(Buffer.concat([head, part(1), part(0), rest]), /changed/)
    await refused(Buffer.concat([head, part(0), rest]), /changed/)
    await refused(Buffer.concat([good, Buffer.from('more')]), /changed/)
    const again = join(directory, 'again')
    await writeBackup(await filled('sqlite'), { path: again, key })
    const other = await readFile(again)
    expect(other.equals(good)).toBe(false)
    await refused(Buffer.concat([head, part(0), other.subarray(64 + chunk)]), /changed/)
  })

  test('is refused where it is something else, or under another key', async () => {
    await refused(Buffer.from('PGDMP and so on, which is a dump of another program'), /no backup/)
    const path = join(directory, 'good')
    await expect(restoreBackup(target, { path, key: randomBytes(32) })).rejects.toMatchObject({
      code: 'damaged_backup',
      problems: [{ problem: 'is encrypted under another key' }],
    })
    await expect(verifyBackup({ path: join(directory, 'absent'), key })).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })
})

describe('a key', () => {
  test('is made once, for its owner, and read again', async () => {
    const path = join(directory, 'backup.key')
    const made = await writeNewBackupKey(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readBackupKey(path)).toEqual(Buffer.from(made))
    await expect(writeNewBackupKey(path)).rejects.toMatchObject({ code: 'already_exists' })
    await writeFile(join(directory, 'short'), 'short')
    for (const bad of ['short', 'absent'])
      await expect(readBackupKey(join(directory, bad))).rejects.toMatchObject({ code: 'unreadable_file' })
    await expect(writeNewBackupKey(join(directory, 'no/folder'))).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })
})
