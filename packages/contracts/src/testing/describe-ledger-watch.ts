import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { emptyLedger, type Ledger } from '../ledger.ts'
import type { LedgerWatch } from '../ledger-watch.ts'

/** What an adapter gives the suite. */
export interface LedgerWatchFixture {
  readonly watch: LedgerWatch
  /** What is watched. */
  readonly ledger: Ledger
  /** A second client of the same ledger, as another process would have it. */
  readonly other: Ledger
  readonly dispose?: () => Promise<void>
}

/**
 * The contract of `LedgerWatch` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty ledger and a watch of it
 */
export function describeLedgerWatch(name: string, factory: () => Promise<LedgerWatchFixture>): void {
  describe(`LedgerWatch: ${name}`, () => {
    let fixture: LedgerWatchFixture
    let ending: AbortController
    let told: string[]
    let watching: Promise<void>
    const begin = (): void => {
      watching = follow(fixture.watch, ending.signal, told)
    }
    beforeEach(async () => {
      fixture = await factory()
      ending = new AbortController()
      told = []
      watching = Promise.resolve()
    })
    afterEach(async () => {
      ending.abort()
      await watching
      await fixture.dispose?.()
    })

    test('begins with every name', async () => {
      await fixture.ledger.append('fraud', emptyLedger, ['one', 'two'])
      await fixture.other.append('motor', emptyLedger, ['one'])
      begin()
      await until(() => told.length >= 2)
      expect([...told].sort()).toEqual(['fraud', 'motor'])
      expect(fixture.watch.state).toMatchObject({ failure: null, lastLook: expect.any(Date) as unknown })
    })

    test('tells each name that is new or appended to, by any client', async () => {
      begin()
      await until(() => fixture.watch.state.lastLook !== null)
      expect(told).toEqual([])
      await fixture.ledger.append('fraud', emptyLedger, ['one'])
      await until(() => told.includes('fraud'))
      told.length = 0
      await fixture.other.append('fraud', hash('one'), ['one'])
      await until(() => told.includes('fraud'))
      await fixture.other.append('motor', emptyLedger, ['one'])
      await until(() => told.includes('motor'))
    })

    test('misses none of many appends by two clients', async () => {
      begin()
      const names = Array.from({ length: 40 }, (_, i) => `name-${String(i)}`)
      await Promise.all(
        names.map((one, i) => (i % 2 === 0 ? fixture.ledger : fixture.other).append(one, emptyLedger, ['a'])),
      )
      await until(() => names.every((one) => told.includes(one)))
      told.length = 0
      for (const one of names) await fixture.other.append(one, hash('a'), ['b'])
      await until(() => names.every((one) => told.includes(one)))
    })

    test('tells what happened while its consumer was busy', async () => {
      await fixture.ledger.append('fraud', emptyLedger, ['one'])
      const seen: string[] = []
      for await (const one of fixture.watch.changes(ending.signal)) {
        seen.push(one)
        if (seen.length > 1) break
        await fixture.other.append('fraud', hash('one'), ['two'])
      }
      expect(seen).toEqual(['fraud', 'fraud'])
    })

    test('has iterations of their own, which end when they are told to', async () => {
      await fixture.ledger.append('fraud', emptyLedger, ['one'])
      const second: string[] = []
      const stopped = new AbortController()
      const other = follow(fixture.watch, stopped.signal, second)
      begin()
      await until(() => told.includes('fraud') && second.includes('fraud'))
      stopped.abort()
      await other
      told.length = 0
      second.length = 0
      await fixture.other.append('fraud', hash('one'), ['two'])
      await until(() => told.includes('fraud'))
      expect(second).toEqual([])
      const before = new AbortController()
      before.abort()
      await follow(fixture.watch, before.signal, second)
      expect(second).toEqual([])
    })
  })
}

async function follow(watch: LedgerWatch, signal: AbortSignal, told: string[]): Promise<void> {
  for await (const name of watch.changes(signal)) told.push(name)
}

/** Waits for what a watch tells; a test that waits in vain ends by its own limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
