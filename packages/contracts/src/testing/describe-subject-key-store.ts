import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Ledger } from '../ledger.ts'
import type { PredictionLog } from '../predictions/prediction-log.ts'
import type { SubjectKey, SubjectKeyStore } from '../predictions/subject-key-store.ts'
import { examplePrediction, exampleSubjectKey } from './example-prediction.ts'

/** What an adapter gives the suite. */
export interface SubjectKeyStoreFixture {
  readonly store: SubjectKeyStore
  /** A second client of the same store. */
  readonly other: SubjectKeyStore
  readonly log: PredictionLog
  readonly ledger: Ledger
  readonly dispose?: () => Promise<void>
}

/**
 * The contract of `SubjectKeyStore` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty store
 */
export function describeSubjectKeyStore(name: string, factory: () => Promise<SubjectKeyStoreFixture>): void {
  describe(`SubjectKeyStore: ${name}`, () => {
    let fixture: SubjectKeyStoreFixture
    let store: SubjectKeyStore
    beforeEach(async () => {
      fixture = await factory()
      store = fixture.store
    })
    afterEach(async () => {
      await fixture.dispose?.()
    })

    const keyOf = (digit: string, given: Partial<SubjectKey> = {}): SubjectKey =>
      exampleSubjectKey({ subject: digit.repeat(32), lookup: digit.repeat(64), ...given })
    const at = new Date('2026-11-30T08:00:00.123Z')
    const entry = (erased: object): object => ({ action: 'erase_subject', ...erased })

    test('gives back keys by subject and by lookup, byte for byte', async () => {
      const keys = [keyOf('a'), keyOf('b', { kind: 'prediction', lookup: null })]
      await store.add(keys)
      expect(await fixture.other.find({ subjects: ['a'.repeat(32), 'c'.repeat(32)] })).toEqual([keys[0]])
      expect(await fixture.other.find({ subjects: ['b'.repeat(32)] })).toEqual([keys[1]])
      expect(await fixture.other.find({ lookups: ['a'.repeat(64)] })).toEqual([keys[0]])
      expect(await store.find({ lookups: [] })).toEqual([])
      expect(await store.kinds()).toEqual(['column customer_id', 'prediction'])
    })

    test('keeps the first key of a lookup, whoever adds another', async () => {
      const rivals = ['1', '2', '3', '4'].map((digit) => keyOf(digit, { lookup: 'f'.repeat(64) }))
      await Promise.all(rivals.map((rival, i) => (i % 2 === 0 ? store : fixture.other).add([rival])))
      const found = await store.find({ lookups: ['f'.repeat(64)] })
      expect(found).toHaveLength(1)
      expect(rivals).toContainEqual(found[0])
      expect(await store.find({ subjects: rivals.map(({ subject }) => subject) })).toEqual(found)
    })

    test('destroys keys, says so in the ledger, and counts their records', async () => {
      await store.add([keyOf('a'), keyOf('b')])
      const records = ['a', 'a', 'b'].map((digit) => examplePrediction({ subject: digit.repeat(32) }))
      await fixture.log.append(records)
      const asked = ['a'.repeat(32), 'c'.repeat(32), 'a'.repeat(32)]
      const done = await fixture.other.destroy(asked, { at, entry })
      expect(done).toMatchObject({ subjects: ['a'.repeat(32)], predictions: 2 })
      expect(await store.find({ lookups: ['a'.repeat(64)] })).toEqual([])
      expect(await store.find({ subjects: ['a'.repeat(32)] })).toMatchObject([
        { wrapped: null, lookup: null, destroyed_at: at.toISOString() },
      ])
      const lines = await fixture.ledger.read('_system')
      expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
        { action: 'erase_subject', subject: 'a'.repeat(32), predictions: 2 },
      ])
      expect(await store.destroy(asked, { at, entry })).toMatchObject({ subjects: [], predictions: 0 })
      expect(await fixture.ledger.read('_system')).toHaveLength(1)
      await store.add([keyOf('d', { lookup: 'a'.repeat(64) })])
      expect(await store.find({ lookups: ['a'.repeat(64)] })).toMatchObject([{ subject: 'd'.repeat(32) }])
    })

    test('destroys nothing where the entry cannot be written', async () => {
      await store.add([keyOf('a')])
      const failing = (): object => {
        throw new RangeError('no entry')
      }
      await expect(store.destroy(['a'.repeat(32)], { at, entry: failing })).rejects.toThrow('no entry')
      expect(await store.find({ subjects: ['a'.repeat(32)] })).toEqual([
        expect.objectContaining({ destroyed_at: null }),
      ])
    })

    test('pages through living keys and replaces what they are under, but not of a destroyed one', async () => {
      await store.add(['a', 'b', 'c', 'd'].map((digit) => keyOf(digit)))
      await store.destroy(['b'.repeat(32)], { at, entry })
      const first = await fixture.other.page('', 2)
      expect(first.map(({ subject }) => subject[0])).toEqual(['a', 'c'])
      expect((await store.page(first[1]!.subject, 2)).map(({ subject }) => subject[0])).toEqual(['d'])
      const wrapped = new Uint8Array([1, 2, 3])
      const change = (digit: string) => ({ subject: digit.repeat(32), wrapped, master: '0'.repeat(32) })
      await store.rewrap([change('a'), change('b')])
      const after = await fixture.other.find({ subjects: ['a'.repeat(32), 'b'.repeat(32)] })
      expect(after.toSorted((x, y) => (x.subject < y.subject ? -1 : 1))).toMatchObject([
        { wrapped, master: '0'.repeat(32) },
        { wrapped: null },
      ])
    })
  })
}
