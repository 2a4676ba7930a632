import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { journalFile, openJournal } from '../src/spool/journal.ts'
import type { Operation } from '../src/spool/operation.ts'
import { journalEnd, readEntries } from '../src/spool/read-entries.ts'
import { readJson, writeJson } from '../src/spool/spool-json.ts'

const start = { sequence: 0, offset: 0 }
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const batch = (i: number): Operation => ({ kind: 'batch', run: 'r', tags: [{ key: 'n', value: String(i) }] })
const file = (): string => join(folder, journalFile)
const write = async (count: number): Promise<void> => {
  const journal = await openJournal(folder, start)
  await Promise.all(
    Array.from({ length: count }, (_, i) => journal.append(batch(i), { durable: i % 3 === 0 })),
  )
  await journal.close()
}
const readAll = async (): Promise<Operation[]> =>
  (await readEntries(folder, start)).entries.map(({ operation }) => operation)

describe('the journal', () => {
  test('keeps operations in the order of the calls', async () => {
    await write(200)
    expect(await readAll()).toEqual(Array.from({ length: 200 }, (_, i) => batch(i)))
  })

  test('goes on from where it was read to', async () => {
    await write(5)
    const { entries } = await readEntries(folder, start)
    const third = entries[2]
    const rest = await readEntries(folder, { sequence: 3, offset: third?.end ?? 0 })
    expect(rest.entries.map(({ sequence }) => sequence)).toEqual([4, 5])
    expect((await readEntries(folder, rest.end)).entries).toEqual([])
  })

  test('loses nothing that was told to be kept, wherever the file is cut off', async () => {
    await write(4)
    const whole = await readFile(file())
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(file(), whole.subarray(0, length))
      const lines = whole.subarray(0, length).filter((byte) => byte === 10).length
      expect(await readAll()).toHaveLength(lines)
    }
  })

  test('removes a line that was cut off before it adds others', async () => {
    await write(3)
    await truncate(file(), (await readFile(file())).length - 5)
    const journal = await openJournal(folder, await journalEnd(folder, start))
    await journal.append(batch(9))
    await journal.close()
    expect(await readAll()).toEqual([batch(0), batch(1), batch(9)])
  })

  test('tells a damaged line and the file', async () => {
    await write(3)
    const whole = await readFile(file())
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      await writeFile(file(), damaged)
      const read = readAll()
      // A line's end that is gone joins two lines, of which the last one is then the one without an end.
      if (at === whole.length - 1) await expect(read).resolves.toHaveLength(2)
      else await expect(read).rejects.toMatchObject({ code: 'spool_damaged', field: file() })
    }
  })

  test('reads an operation that is longer than a chunk', async () => {
    const journal = await openJournal(folder, start)
    const long: Operation = {
      kind: 'batch',
      run: 'r',
      tags: [{ key: 'long', value: 'x'.repeat(3 * 2 ** 20) }],
    }
    await journal.append(long)
    await journal.append(batch(1))
    await journal.close()
    const first = await readEntries(folder, start)
    const second = await readEntries(folder, first.end)
    expect([...first.entries, ...second.entries].map(({ operation }) => operation)).toEqual([long, batch(1)])
  })

  test('keeps what is added while the process ends, after what waits', async () => {
    const journal = await openJournal(folder, start)
    const waiting = journal.append(batch(0))
    journal.appendNow(batch(1))
    expect(await readAll()).toEqual([batch(0), batch(1)])
    void waiting
    await journal.close()
  })

  test('is empty where there is none', async () => {
    expect(await readEntries(folder, start)).toEqual({ entries: [], end: start })
    await appendFile(file(), 'torn')
    expect(await journalEnd(folder, start)).toEqual(start)
  })
})

describe('the spool’s JSON', () => {
  test('keeps every value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: false, maxDepth: 4 }),
        (value) => {
          const kept = withoutUndefined(value)
          fc.pre(kept !== undefined)
          expect(readJson(writeJson(kept))).toEqual(kept)
        },
      ),
    )
  })

  test('keeps numbers that JSON has no word for, bytes, and names that look like ours', () => {
    const value = {
      a: [NaN, Infinity, -Infinity, 2n ** 63n - 1n],
      b: new Uint8Array([0, 255]),
      c: { $bigint: 'x' },
      d: { $plain: { $date: 1 } },
    }
    expect(readJson(writeJson(value))).toEqual(value)
  })
})

/** JSON knows no undefined and no negative zero; invalid dates and `__proto__` are not logged. */
function withoutUndefined(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
  if (Object.is(value, -0)) return 0
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => withoutUndefined(item) ?? null)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== undefined && key !== '__proto__' && key !== 'toJSON')
      .map(([key, item]) => [key, withoutUndefined(item)]),
  )
}
