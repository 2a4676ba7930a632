import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
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

    test('keeps an entry of a megabyte', async () => {
      const entry = 'é'.repeat(500_000)
      await ledger.append('fraud', emptyLedger, [entry, 'last'])
      expect(await fixture.other.read('fraud')).toEqual([entry, 'last'])
    })
  })
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
