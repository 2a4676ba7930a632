import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger } from '@claims/database'
import { verifyLedger, type LedgerReport } from '@claims/registry'
import { SequenceCheck } from '../src/ledger/sequence-check.ts'
import { describeDatabases, fill, numberedLines, rewrite, type LedgerDatabase } from './ledger-databases.ts'

/** Name, position and kind of each problem. */
function problemsOf({ problems }: LedgerReport): readonly (readonly [string, number | null, string])[] {
  return problems.map(({ name, position, kind }) => [name, position, kind])
}

describeDatabases('verifyLedger', (open) => {
  let place: LedgerDatabase
  let lines: readonly string[]
  beforeEach(async () => {
    place = await open()
    lines = await fill(place.ledger, 'fraud', 9)
    await fill(place.ledger, 'auto-fraud', 3)
    await fill(place.ledger, '_predictions-2026-01', 300)
  })
  afterEach(() => place.dispose())

  const verify = (): Promise<LedgerReport> => verifyLedger(place.ledger)
  const problems = async (): Promise<unknown> => problemsOf(await verify())
  const rows = (): ReturnType<typeof place.database.kysely.selectFrom<'ledger_entries'>> =>
    place.database.kysely.selectFrom('ledger_entries')
  /** Changes a row of `fraud` behind the product's back. */
  async function change(position: number, values: { entry?: string; sha256?: string }): Promise<void> {
    const update = place.database.kysely.updateTable('ledger_entries').set(values)
    await update.where('name', '=', 'fraud').where('position', '=', position).execute()
  }
  async function remove(first: number, last: number): Promise<void> {
    const from = place.database.kysely.deleteFrom('ledger_entries').where('name', '=', 'fraud')
    await from.where('position', '>=', first).where('position', '<=', last).execute()
  }
  const line = (position: number): string => lines[position - 1] ?? ''
  const edited = (position: number): string => line(position).replace('"n":', '"m":')

  test('finds nothing wrong with what was appended', async () => {
    expect(await verify()).toEqual({
      whole: true,
      sequences: [
        { name: '_predictions-2026-01', entries: 300, sha256: sha256(numberedLines(300).at(-1) ?? '') },
        { name: 'auto-fraud', entries: 3, sha256: sha256(line(3)) },
        { name: 'fraud', entries: 9, sha256: sha256(line(9)) },
      ],
      ...{ entries: 312, problems: [], notes: [], left_out: [] },
    })
  })

  test.each([1, 5, 9])('an entry that was edited: row %d', async (position) => {
    await change(position, { entry: edited(position) })
    expect(await verify()).toMatchObject({
      whole: false,
      problems: [{ name: 'fraud', position, kind: 'edited_entry', message: 'its text was changed' }],
    })
    expect((await verify()).problems).toHaveLength(1)
  })

  test.each([1, 5, 9])('a hash that was edited: row %d', async (position) => {
    await change(position, { sha256: 'f'.repeat(64) })
    expect(await problems()).toEqual([['fraud', position, 'edited_hash']])
  })

  test('an entry that was edited with the hash beside it', async () => {
    await change(5, { entry: edited(5), sha256: sha256(edited(5)) })
    expect(await problems()).toEqual([['fraud', 6, 'broken_chain']])
    await change(9, { entry: edited(9), sha256: sha256(edited(9)) })
    expect(await problems()).toEqual([
      ['fraud', 6, 'broken_chain'],
      ['fraud', 9, 'head_mismatch'],
    ])
  })

  test('an entry that is no JSON', async () => {
    await change(4, { entry: 'erased', sha256: sha256('erased') })
    expect(await problems()).toEqual([
      ['fraud', 4, 'not_json'],
      ['fraud', 5, 'broken_chain'],
    ])
  })

  test('two rows that were exchanged, alone or with their hashes', async () => {
    await change(4, { entry: line(5), sha256: sha256(line(5)) })
    await change(5, { entry: line(4), sha256: sha256(line(4)) })
    expect(await problems()).toEqual([
      ['fraud', 4, 'broken_chain'],
      ['fraud', 5, 'broken_chain'],
      ['fraud', 6, 'broken_chain'],
    ])
    await change(4, { sha256: sha256(line(4)) })
    await change(5, { sha256: sha256(line(5)) })
    expect(await problems()).toEqual([
      ['fraud', 4, 'broken_chain'],
      ['fraud', 4, 'edited_entry'],
      ['fraud', 5, 'edited_entry'],
    ])
  })

  test.each([
    [1, 1, 'is missing'],
    [1, 3, 'and those up to row 3 are missing'],
    [4, 6, 'and those up to row 6 are missing'],
    [9, 9, 'is missing'],
    [7, 9, 'and those up to row 9 are missing'],
    [1, 9, 'and those up to row 9 are missing'],
  ])('rows %d to %d that were removed', async (first, last, message) => {
    await remove(first, last)
    expect((await verify()).problems).toEqual([
      { name: 'fraud', position: first, kind: 'missing_rows', message },
    ])
  })

  test('a row that was removed, where the others moved up', async () => {
    await remove(5, 5)
    await rewrite(place.database, 'fraud', { from: 5, entries: lines.slice(5) })
    expect(await problems()).toEqual([
      ['fraud', 5, 'broken_chain'],
      ['fraud', 9, 'missing_rows'],
    ])
  })

  test('a row that was inserted in the middle, or at the end', async () => {
    const [extra = ''] = chainLines([{ n: 'mine' }], sha256(line(4)))
    await rewrite(place.database, 'fraud', { from: 5, entries: [extra, ...lines.slice(4)] })
    expect(await problems()).toEqual([
      ['fraud', 6, 'broken_chain'],
      ['fraud', 10, 'unexpected_rows'],
    ])
    const more = chainLines([{ n: 10 }, { n: 11 }], sha256(line(9)))
    await rewrite(place.database, 'fraud', { from: 5, entries: [...lines.slice(4), ...more] })
    expect(await problems()).toEqual([['fraud', 10, 'unexpected_rows']])
  })

  test('a sequence that was rewritten from a row to its end, by the head that it does not have', async () => {
    const forged = numberedLines(5, sha256(edited(4)), 5)
    await rewrite(place.database, 'fraud', { from: 4, entries: [edited(4), ...forged] })
    expect(await problems()).toEqual([['fraud', 9, 'head_mismatch']])
  })

  test('a head that was removed, or edited', async () => {
    const heads = place.database.kysely.updateTable('ledger_heads').where('name', '=', 'fraud')
    await heads.set({ position: 8 }).execute()
    expect(await problems()).toEqual([['fraud', 9, 'unexpected_rows']])
    await heads.set({ position: 12 }).execute()
    expect((await verify()).problems).toMatchObject([
      { position: 10, kind: 'missing_rows', message: 'and those up to row 12 are missing' },
    ])
    await heads.set({ position: 9, sha256: 'f'.repeat(64) }).execute()
    expect(await problems()).toEqual([['fraud', 9, 'head_mismatch']])
    await heads.set({ sha256: sha256(line(9)), dropped: 1 }).execute()
    expect(await problems()).toEqual([['fraud', null, 'restored_rows']])
    await place.database.kysely.deleteFrom('ledger_heads').where('name', '=', 'fraud').execute()
    expect(await problems()).toEqual([['fraud', null, 'missing_head']])
    await remove(1, 9)
    expect(await problems()).toEqual([])
  })

  test('rows of a name that nobody appended to', async () => {
    await rewrite(place.database, 'smuggled', { from: 1, entries: numberedLines(2) })
    expect(await problems()).toEqual([['smuggled', null, 'missing_head']])
  })

  test('every damaged name, however much is wrong with one of them', async () => {
    await place.database.kysely
      .updateTable('ledger_entries')
      .set({ sha256: 'f'.repeat(64) })
      .where('name', '=', '_predictions-2026-01')
      .execute()
    await remove(5, 5)
    await place.database.kysely.deleteFrom('ledger_heads').where('name', '=', 'auto-fraud').execute()
    const report = await verify()
    expect(report.problems.filter(({ name }) => name.startsWith('_'))).toHaveLength(20)
    expect(report.problems.filter(({ name }) => name.endsWith('fraud'))).toMatchObject([
      { name: 'auto-fraud', kind: 'missing_head' },
      { name: 'fraud', position: 5, kind: 'missing_rows' },
    ])
    expect(report.left_out).toEqual([{ name: '_predictions-2026-01', problems: 280, notes: 0 }])
  })

  test('says where the clock went backwards, which is no damage', async () => {
    const late = chainLines(
      [
        { time: '2025-06-01T00:00:00.000Z' },
        { time: 'noon' },
        {},
        { time: '2025-06-01T00:00:01.000Z' },
        { time: '2025-05-01T00:00:00.000Z' },
      ],
      sha256(line(9)),
    )
    await place.ledger.append('fraud', sha256(line(9)), late)
    expect(await verify()).toMatchObject({
      whole: true,
      notes: [
        { name: 'fraud', position: 10, kind: 'clock_backwards' },
        { name: 'fraud', position: 14, kind: 'clock_backwards' },
      ],
    })
  })

  test('refuses to append where rows or head were changed, and says so', async () => {
    const damaged = expect.objectContaining({ code: 'damaged_database' })
    const append = (after: string): Promise<boolean> => place.ledger.append('fraud', after, ['{}'])
    await remove(9, 9)
    await expect(append(sha256(line(8)))).rejects.toEqual(damaged)
    await rewrite(place.database, 'fraud', {
      from: 9,
      entries: [line(9), ...numberedLines(1, sha256(line(9)), 10)],
    })
    await expect(append(sha256(line(9)))).rejects.toEqual(damaged)
    await place.database.kysely.deleteFrom('ledger_heads').where('name', '=', 'fraud').execute()
    await expect(append(emptyLedger)).rejects.toEqual(damaged)
    expect(await rows().select('position').where('name', '=', 'fraud').execute()).toHaveLength(10)
  })

  test('is not disturbed by those who append meanwhile', async () => {
    const other = new DatabaseLedger(place.database)
    let last = sha256(line(9))
    const state = { running: true }
    const appending = (async () => {
      for (let n = 10; state.running; n += 2) {
        const more = numberedLines(2, last, n)
        await other.append('fraud', last, more)
        last = sha256(more[1] ?? '')
      }
    })()
    for (let i = 0; i < 20; i += 1) expect((await verify()).problems).toEqual([])
    state.running = false
    await appending
    expect((await verify()).sequences.find(({ name }) => name === 'fraud')?.sha256).toBe(last)
  })
})

test('a position that the tables would refuse is found too, and hides nothing', () => {
  const check = new SequenceCheck('fraud')
  const [one = '', two = ''] = numberedLines(2)
  for (const [position, entry] of [
    [-3, '{}'],
    [1, one],
    [2, two],
  ] as const)
    check.add({ position, entry, sha256: sha256(entry) })
  expect(check.problems.findings).toMatchObject([{ position: -3, kind: 'unexpected_rows' }])
})

test('rows of several writers, less than a second apart, are no clock that went backwards', () => {
  const check = new SequenceCheck('_predictions-2026-01')
  const times = ['10.000Z', '09.001Z', '10.500Z', '09.500Z', '09.600Z', '11.000Z']
  const lines = chainLines(
    times.map((end) => ({ recorded_at: `2026-01-01T00:00:${end}` })),
    emptyLedger,
  )
  lines.forEach((entry, i) => check.add({ position: i + 1, entry, sha256: sha256(entry) }))
  expect(check.notes.findings).toMatchObject([{ position: 4, kind: 'clock_backwards' }])
})
