import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { LedgerInspection, LedgerRow } from '../ledger-inspection.ts'
import { emptyLedger, type Ledger } from '../ledger.ts'

/** What an adapter gives the suite. */
export interface LedgerFixture {
  readonly ledger: Ledger
  /** A second client of the same ledger, as another process would have it. */
  readonly other: Ledger
  readonly dispose?: () => Promise<void>
}

/**
 * The contract of `Ledger` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty ledger
 */
export function describeLedger(name: string, factory: () => Promise<LedgerFixture>): void {
  describe(`Ledger: ${name}`, () => {
    let fixture: LedgerFixture
    let ledger: Ledger
    beforeEach(async () => {
      fixture = await factory()
      ledger = fixture.ledger
    })
    afterEach(async () => {
      await fixture.dispose?.()
    })

    test('is empty at first', async () => {
      expect(await ledger.names()).toEqual([])
      expect(await ledger.read('fraud')).toEqual([])
    })

    test('keeps what was appended, in order, for every client', async () => {
      expect(await ledger.append('fraud', emptyLedger, ['one'])).toBe(true)
      expect(await fixture.other.read('fraud')).toEqual(['one'])
      expect(await fixture.other.append('fraud', hash('one'), ['{"two": "zwei – 二"}'])).toBe(true)
      expect(await ledger.append('fraud', hash('{"two": "zwei – 二"}'), ['one'])).toBe(true)
      expect(await ledger.read('fraud')).toEqual(['one', '{"two": "zwei – 二"}', 'one'])
    })

    test('appends several entries at once, and loses none of them', async () => {
      expect(await ledger.append('fraud', emptyLedger, ['approved', 'promoted'])).toBe(true)
      expect(await ledger.append('fraud', hash('promoted'), ['x', 'y', 'z'])).toBe(true)
      expect(await fixture.other.read('fraud')).toEqual(['approved', 'promoted', 'x', 'y', 'z'])
    })

    test('appends nothing where another entry is the last', async () => {
      expect(await ledger.append('fraud', hash('zero'), ['one'])).toBe(false)
      expect(await ledger.names()).toEqual([])
      await ledger.append('fraud', emptyLedger, ['one', 'two'])
      for (const after of [emptyLedger, hash('one'), hash('three')])
        expect(await ledger.append('fraud', after, ['three', 'four'])).toBe(false)
      expect(await ledger.read('fraud')).toEqual(['one', 'two'])
    })

    test('keeps names apart and lists them in order', async () => {
      await ledger.append('motor', emptyLedger, ['m'])
      await ledger.append('auto-fraud', emptyLedger, ['a'])
      await ledger.append('fraud', emptyLedger, ['f'])
      expect(await fixture.other.names()).toEqual(['auto-fraud', 'fraud', 'motor'])
      expect(await ledger.read('fraud')).toEqual(['f'])
      expect(await ledger.append('fraud', hash('m'), ['no'])).toBe(false)
    })

    test.each([[[]], [['']], [['two\nlines']], [['carriage\rreturn']], [['a\0b']], [['good', '']]])(
      'refuses %j, which are no lines, and stores nothing',
      async (entries) => {
        await expect(ledger.append('fraud', emptyLedger, entries)).rejects.toThrow(TypeError)
        expect(await ledger.read('fraud')).toEqual([])
      },
    )

    test('of many that append after the same entry, one is answered yes', async () => {
      await ledger.append('fraud', emptyLedger, ['start'])
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 === 0 ? ledger : fixture.other).append('fraud', hash('start'), [
            `a${String(i)}`,
            `b${String(i)}`,
          ]),
        ),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
      const winner = String(answers.indexOf(true))
      expect(await ledger.read('fraud')).toEqual(['start', `a${winner}`, `b${winner}`])
    })

    test('hands out pages, each entry at its position', async () => {
      await ledger.append('fraud', emptyLedger, ['one', 'zwei – 二', 'three'])
      await ledger.append('fraud', hash('three'), ['four', 'five'])
      const page = async (after: number, limit: number): Promise<readonly string[]> =>
        await fixture.other.page('fraud', { after, limit })
      expect(await page(0, 2)).toEqual(['one', 'zwei – 二'])
      expect(await page(2, 2)).toEqual(['three', 'four'])
      expect(await page(4, 2)).toEqual(['five'])
      expect(await page(0, 5)).toEqual(['one', 'zwei – 二', 'three', 'four', 'five'])
      expect(await page(1, 1_000_000)).toEqual(['zwei – 二', 'three', 'four', 'five'])
      expect(await page(5, 1)).toEqual([])
      expect(await page(9, 9)).toEqual([])
      expect(await ledger.page('unknown', { after: 0, limit: 1 })).toEqual([])
    })

    test.each([
      { after: -1, limit: 1 },
      { after: 0, limit: 0 },
      { after: 0.5, limit: 1 },
      { after: 0, limit: Number.NaN },
    ])('refuses %j, which is no page', async (page) => {
      await expect(ledger.page('fraud', page)).rejects.toThrow(TypeError)
    })

    test.each(['', '-a', '1', 'A', 'a/b', '../a', 'a b', 'ä', 'a'.repeat(101)])(
      'refuses the name "%s"',
      async (name) => {
        await expect(ledger.append(name, emptyLedger, ['one'])).rejects.toThrow(TypeError)
        await expect(ledger.page(name, { after: 0, limit: 1 })).rejects.toThrow(TypeError)
        await expect(ledger.drop(name, hash('one'))).rejects.toThrow(TypeError)
      },
    )

    test('keeps sequences of the product beside those of models', async () => {
      for (const name of ['_system', '_predictions-2026-11', 'system', 'a_b'])
        expect(await ledger.append(name, emptyLedger, [name])).toBe(true)
      expect(await fixture.other.names()).toEqual(['_predictions-2026-11', '_system', 'a_b', 'system'])
      expect(await fixture.other.read('_system')).toEqual(['_system'])
    })

    test('drops a whole sequence, which never begins again', async () => {
      await ledger.append('fraud', emptyLedger, ['one', 'two'])
      await ledger.append('motor', emptyLedger, ['m'])
      expect(await ledger.drop('fraud', hash('two'))).toBe(true)
      expect(await fixture.other.names()).toEqual(['motor'])
      expect(await fixture.other.read('fraud')).toEqual([])
      expect(await fixture.other.page('fraud', { after: 0, limit: 9 })).toEqual([])
      for (const after of [emptyLedger, hash('two'), hash('one')])
        for (const client of [ledger, fixture.other])
          await expect(client.append('fraud', after, ['one'])).rejects.toThrow(
            expect.objectContaining({ code: 'ledger_dropped' }),
          )
      expect(await fixture.other.drop('fraud', hash('two'))).toBe(false)
      expect(await ledger.read('motor')).toEqual(['m'])
    })

    test('drops nothing where another entry is the last, or where there is none', async () => {
      await ledger.append('fraud', emptyLedger, ['one', 'two'])
      for (const last of [hash('one'), emptyLedger, hash('three')])
        expect(await ledger.drop('fraud', last)).toBe(false)
      expect(await ledger.drop('motor', emptyLedger)).toBe(false)
      expect(await ledger.read('fraud')).toEqual(['one', 'two'])
      expect(await ledger.append('motor', emptyLedger, ['m'])).toBe(true)
    })

    test('drops and records it, or does neither', async () => {
      const record = { name: '_system', after: emptyLedger, entries: ['dropped fraud'] }
      await ledger.append('fraud', emptyLedger, ['one', 'two'])
      expect(await ledger.drop('fraud', hash('one'), record)).toBe(false)
      expect(await ledger.names()).toEqual(['fraud'])
      await expect(ledger.drop('fraud', hash('two'), { ...record, name: 'fraud' })).rejects.toThrow(TypeError)
      expect(await ledger.drop('fraud', hash('two'), { ...record, after: hash('x') })).toBe(false)
      expect(await fixture.other.read('fraud')).toEqual(['one', 'two'])
      expect(await ledger.drop('fraud', hash('two'), record)).toBe(true)
      expect(await fixture.other.read('_system')).toEqual(['dropped fraud'])
      expect(await fixture.other.names()).toEqual(['_system'])
    })

    test('tells what is stored of each sequence, dropped ones too', async () => {
      const inspection = fixture.other.inspect()
      expect(await inspection.names()).toEqual([])
      const many = Array.from({ length: 300 }, (_, i) => `entry ${String(i)} ${'é'.repeat(i)}`)
      await ledger.append('motor', emptyLedger, many)
      await ledger.append('fraud', emptyLedger, ['one', 'two'])
      await ledger.append('gone', emptyLedger, ['a', 'b'])
      await ledger.drop('gone', hash('b'))
      expect(await inspection.names()).toEqual(['fraud', 'gone', 'motor'])
      const rows = await rowsOf(inspection, 'motor', null)
      expect(rows.map(({ entry }) => entry)).toEqual(many)
      expect(rows.map(({ position }) => position)).toEqual(many.map((_, i) => i + 1))
      for (const { entry, sha256 } of rows) expect(sha256).toBe(inspection.keepsHeads ? hash(entry) : null)
      expect((await rowsOf(inspection, 'motor', 298)).map(({ position }) => position)).toEqual([299, 300])
      expect(await rowsOf(inspection, 'gone', null)).toEqual([])
      expect(await rowsOf(inspection, 'unknown', null)).toEqual([])
      expect(await inspection.head('gone')).toEqual({ position: 2, sha256: hash('b'), dropped: true })
      expect(await inspection.head('fraud')).toEqual(
        inspection.keepsHeads ? { position: 2, sha256: hash('two'), dropped: false } : null,
      )
      expect(await inspection.head('unknown')).toBeNull()
      expect(await inspection.remainder('fraud')).toBeNull()
    })

    test('keeps an entry of a megabyte', async () => {
      const entry = 'é'.repeat(500_000)
      await ledger.append('fraud', emptyLedger, [entry, 'last'])
      expect(await fixture.other.read('fraud')).toEqual([entry, 'last'])
    })
  })
}

async function rowsOf(
  inspection: LedgerInspection,
  name: string,
  after: number | null,
): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = []
  for await (const some of inspection.rows(name, after)) rows.push(...some)
  return rows
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
