import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { describeLedger } from '@claims/contracts/testing'
import { appendWithin, DatabaseLedger, migrate, transaction, type Database } from '@claims/database'
import { describeKinds, newPlace, type Place } from './kinds.ts'

describeKinds('the suite of the port', (kind) => {
  describeLedger(kind, async () => {
    const place = await newPlace(kind)
    const [one, other] = [await place.open(), await place.open()]
    await migrate(one)
    return {
      ledger: new DatabaseLedger(one),
      other: new DatabaseLedger(other),
      dispose: () => place.dispose(),
    }
  })
})

describeKinds('DatabaseLedger', (kind) => {
  let place: Place
  let database: Database
  beforeEach(async () => {
    place = await newPlace(kind)
    database = await place.open()
    await migrate(database)
  })
  afterEach(() => place.dispose())

  test('appends together with what else a transaction writes, or not at all', async () => {
    const ledger = new DatabaseLedger(database)
    const work = transaction(database, async (tables) => {
      expect(await appendWithin(tables, 'fraud', { after: emptyLedger, entries: ['one'] })).toBe(true)
      throw new RangeError('the rest failed')
    })
    await expect(work).rejects.toThrow('the rest failed')
    expect(await ledger.read('fraud')).toEqual([])
    await transaction(database, async (tables) => {
      await appendWithin(tables, 'fraud', { after: emptyLedger, entries: ['one'] })
      await appendWithin(tables, 'fraud', { after: sha256('one'), entries: ['two'] })
      await appendWithin(tables, 'motor', { after: emptyLedger, entries: ['three'] })
    })
    expect([await ledger.read('fraud'), await ledger.read('motor')]).toEqual([['one', 'two'], ['three']])
  })

  test('of two that read the same last entry, the second is told that another is last', async () => {
    const other = await place.open()
    const ledger = new DatabaseLedger(database)
    await ledger.append('fraud', emptyLedger, ['start'])
    let attempts = 0
    const late = transaction(
      other,
      async (tables) => {
        attempts += 1
        // On SQLite the first transaction excludes the second; there the order of the two is the test.
        if (attempts === 1 && kind === 'postgres') {
          await tables.selectFrom('ledger_entries').select('position').execute()
          await ledger.append('fraud', sha256('start'), ['first'])
        }
        return await appendWithin(tables, 'fraud', { after: sha256('start'), entries: ['second'] })
      },
      { isolation: kind === 'postgres' ? 'serializable' : 'read committed' },
    )
    expect(await late).toBe(kind === 'sqlite')
    expect(await ledger.append('fraud', sha256('start'), ['third'])).toBe(false)
    expect(await ledger.read('fraud')).toEqual(['start', kind === 'sqlite' ? 'second' : 'first'])
  })

  test('appends thousands of entries at once', async () => {
    const entries = Array.from({ length: 2_500 }, (_, i) => `entry ${String(i)}`)
    const ledger = new DatabaseLedger(database)
    expect(await ledger.append('fraud', emptyLedger, entries)).toBe(true)
    expect(await ledger.read('fraud')).toEqual(entries)
  })

  test('keeps texts by their code points, whatever the language of the server', async () => {
    const ledger = new DatabaseLedger(database)
    for (const name of ['b', 'a-b', 'a', 'ab', 'a1']) await ledger.append(name, emptyLedger, ['x'])
    expect(await ledger.names()).toEqual(['a', 'a-b', 'a1', 'ab', 'b'])
  })
})
