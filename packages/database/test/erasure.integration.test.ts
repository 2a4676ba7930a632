import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { exampleSubjectKey } from '@claims/contracts/testing'
import { DatabaseSubjectKeyStore, migrate, type Database } from '@claims/database'
import { newPlace, type Place } from './kinds.ts'

describe('a key that was destroyed in a file of SQLite', () => {
  let place: Place
  let database: Database
  beforeEach(async () => {
    place = await newPlace('sqlite')
    database = await place.open()
    await migrate(database)
  })
  afterEach(() => place.dispose())

  const bytesOf = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0))
  const isFound = (bytes: Uint8Array): boolean =>
    [place.url, `${place.url}-wal`].some((path) => bytesOf(path).indexOf(bytes) >= 0)

  test('is not found in the bytes of the file, also where pages were split and rows were moved', async () => {
    const store = new DatabaseSubjectKeyStore(database)
    const keys = Array.from({ length: 4_000 }, (_, i) =>
      exampleSubjectKey({
        subject: createHash('md5').update(String(i)).digest('hex'),
        wrapped: new Uint8Array(randomBytes(92)),
      }),
    )
    // In the order of their hashes, so that most pages are split again and again.
    for (let i = 0; i < keys.length; i += 500) await store.add(keys.slice(i, i + 500))
    const gone = keys.filter((_, i) => i % 80 === 7)
    for (const { wrapped } of gone) expect(isFound(wrapped!)).toBe(true)
    const done = await store.destroy(
      gone.map(({ subject }) => subject),
      { at: new Date(), entry: (erased) => erased },
    )
    expect(done).toMatchObject({ remains: [] })
    expect(gone.filter(({ wrapped, lookup }) => isFound(wrapped!) || isFound(Buffer.from(lookup!)))).toEqual(
      [],
    )
    const kept = keys.filter((_, i) => i % 80 === 8)
    expect(kept.every(({ wrapped }) => isFound(wrapped!))).toBe(true)
  })

  test('is said to remain while another reader holds what was there before', async () => {
    const store = new DatabaseSubjectKeyStore(database)
    const key = exampleSubjectKey()
    await store.add([key])
    const other = await place.open()
    const reader = await other.kysely.startTransaction().setAccessMode('read only').execute()
    await reader.selectFrom('subject_keys').selectAll().execute()
    const options = { at: new Date(), entry: (erased: object) => erased }
    const done = await store.destroy([key.subject], options)
    expect(done.subjects).toEqual([key.subject])
    expect([done.remains.length > 0, isFound(key.wrapped!)]).toEqual([true, true])
    await reader.commit().execute()
    const second = exampleSubjectKey({ subject: '2'.repeat(32) })
    await store.add([second])
    expect(await store.destroy([second.subject], options)).toMatchObject({ remains: [] })
    expect(isFound(key.wrapped!)).toBe(false)
  })
})
