import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { DocumentStore } from '../document-store.ts'

/** What an adapter gives the suite. */
export interface DocumentStoreFixture {
  readonly store: DocumentStore
  /** A second client of the same store, as another process would have it. */
  readonly other: DocumentStore
  /** Replaces what is kept under a hash behind the store's back. */
  readonly damage: (sha256: string, text: string) => Promise<void>
  readonly dispose?: () => Promise<void>
}

/**
 * The contract of `DocumentStore` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty store
 */
export function describeDocumentStore(name: string, factory: () => Promise<DocumentStoreFixture>): void {
  describe(`DocumentStore: ${name}`, () => {
    let fixture: DocumentStoreFixture
    let store: DocumentStore
    beforeEach(async () => {
      fixture = await factory()
      store = fixture.store
    })
    afterEach(async () => {
      await fixture.dispose?.()
    })

    test.each(['{"a": 1}\n', '', 'zwei – 二 🂡\r\n\t', 'é'.repeat(3_000_000)])(
      'keeps a text by its hash, for every client (%#)',
      async (text) => {
        expect(await store.put(text)).toBe(hash(text))
        expect(await fixture.other.get(hash(text))).toBe(text)
        expect(await fixture.other.put(text)).toBe(hash(text))
        expect(await store.get(hash(text))).toBe(text)
      },
    )

    test('says what is not kept', async () => {
      await expect(store.get(hash('nothing'))).rejects.toMatchObject({ code: 'file_not_found' })
      await store.put('something')
      await expect(store.get(hash('nothing'))).rejects.toMatchObject({ code: 'file_not_found' })
    })

    test.each(['a\0b', 'half \uD83C of one', 'x'.repeat(16_000_001)])(
      'refuses what is no document (%#)',
      async (text) => {
        await expect(store.put(text)).rejects.toThrow(TypeError)
      },
    )

    test.each(['', '../../etc/passwd', 'A'.repeat(64), hash('x').slice(1)])(
      'refuses %j, which is no hash',
      async (text) => {
        await expect(store.get(text)).rejects.toThrow(TypeError)
      },
    )

    test('of a text that was altered behind it says so, and keeps it anew', async () => {
      await store.put('what was measured')
      await fixture.damage(hash('what was measured'), 'what was measured!')
      await expect(store.get(hash('what was measured'))).rejects.toMatchObject({ code: 'damaged_document' })
      await store.put('what was measured')
      expect(await fixture.other.get(hash('what was measured'))).toBe('what was measured')
    })

    test('takes the same text from many at once', async () => {
      const texts = Array.from({ length: 20 }, (_, i) => `text ${String(i % 4)}`)
      await Promise.all(texts.map((text, i) => (i % 2 === 0 ? store : fixture.other).put(text)))
      for (const text of texts) expect(await store.get(hash(text))).toBe(text)
    })
  })
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
