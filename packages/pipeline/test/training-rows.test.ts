import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  booleanColumn,
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type FrameColumn,
} from '@claims/frame'
import fc from 'fast-check'
import { hashOnThread } from '../src/bundle/hash-on-thread.ts'
import { hashFitted } from '../src/bundle/hash-rows.ts'
import {
  decodeTrainingRows,
  encodeTrainingRows,
  hashTrainingRows,
  knownRows,
  rowsKey,
  type TrainingRows,
} from '../src/bundle/training-rows.ts'

const keyFrom = 'a bundle'

/** Rows that are told apart by their amount; other columns have few values. */
function rowsOf(from: number, to: number): Frame {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  return Frame.fromColumns({
    amount: numberColumn(numbers.map((i) => i / 7)),
    kind: categoryColumn(numbers.map((i) => (i % 5 === 0 ? null : `kind ${String(i % 3)}`))),
    day: timestampColumn(numbers.map((i) => (i % 11) * 86_400_000)),
    fast: booleanColumn(numbers.map((i) => (i % 4 === 0 ? null : i % 2 === 0))),
    note: textColumn(numbers.map((i) => (i % 6 === 0 ? null : `ö ${String(i % 8)}`))),
  })
}
const names = rowsOf(0, 1).names
const none = rowsOf(0, 0)

describe('rows that the training knows', () => {
  test('are hashed alike on a thread of their own, which an abort ends', async () => {
    const rows = { fitted: rowsOf(0, 500), heldOut: rowsOf(450, 600), key: rowsKey(keyFrom) }
    const here = hashFitted(rows)
    expect(here.known).toBe(50)
    expect(await hashOnThread(rows, { above: 649 })).toEqual(here)
    expect(await hashOnThread(rows, {})).toEqual(here)
    const aborted = hashOnThread(rows, { above: 0, signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
  })

  test('are counted exactly where every hash was kept, whatever the order of the rows', () => {
    const rows = hashTrainingRows(rowsOf(0, 800), rowsOf(800, 1000), { keyFrom })
    const file = rowsOf(700, 1100)
    const known = { rows: 400, known: 100, share: 0.25, lower: 0.25, upper: 0.25, exact: true }
    expect(knownRows(rows, file, names)).toMatchObject({ ...known, beyond_chance: true })
    const order = createRandom(1).permutation(file.rows)
    expect(knownRows(rows, file.take(order), names)).toMatchObject(known)
    expect(knownRows(rows, rowsOf(1000, 1400), names)).toMatchObject({ known: 0, beyond_chance: false })
  })

  test('survive the file', () => {
    const rows = hashTrainingRows(rowsOf(0, 300), rowsOf(200, 400), { keyFrom })
    expect(rows.chance).toEqual({ rows: 200, known: 100 })
    const read = decodeTrainingRows(encodeTrainingRows(rows))
    expect(read).toEqual({ ...rows, key: Uint8Array.from(rows.key) })
  })

  test.each([0, 0.3, 1])(
    'are estimated from the smallest hashes: a true share of %s lies in the interval',
    (share) => {
      const rows = hashTrainingRows(rowsOf(0, 20_000), none, { keyFrom, keep: 2000 })
      const from = 20_000 - 10_000 * share
      const estimate = knownRows(rows, rowsOf(from, from + 10_000), names)
      expect(rows.hashes).toHaveLength(2000)
      expect(estimate.exact).toBe(false)
      expect(estimate.lower).toBeLessThanOrEqual(share)
      expect(estimate.upper).toBeGreaterThanOrEqual(share)
      expect(estimate.upper - estimate.lower).toBeLessThan(0.1)
    },
  )

  test('rows that are equal by chance are told from known ones', () => {
    const coarse = (from: number, to: number): Frame => rowsOf(from, to).select(['kind', 'day'])
    const rows = hashTrainingRows(coarse(0, 800), coarse(800, 1000), { keyFrom })
    const found = knownRows(rows, coarse(5000, 5400), ['kind', 'day'])
    expect(found).toMatchObject({ known: 400, chance: { rows: 200, known: 200 }, beyond_chance: false })
  })

  test('cannot be joined over two bundles, nor found without the key', () => {
    const one = hashTrainingRows(rowsOf(0, 500), none, { keyFrom: 'one' })
    const other = hashTrainingRows(rowsOf(0, 500), none, { keyFrom: 'other' })
    expect([...one.hashes].filter((hash) => other.hashes.includes(hash))).toEqual([])
  })

  test('a changed cell of any column makes a new row; -0 and a text that is a category do not', () => {
    const row = (change: Record<string, FrameColumn>): Frame => rowsOf(1, 2).withColumns(change)
    const rows: TrainingRows = hashTrainingRows(
      row({ amount: numberColumn([0]), kind: categoryColumn(['a']) }),
      none,
      { keyFrom },
    )
    const same = row({ amount: numberColumn([-0]), kind: textColumn(['a']) })
    expect(knownRows(rows, same, names).known).toBe(1)
    for (const change of [
      { amount: numberColumn([NaN]) },
      { kind: categoryColumn([null]) },
      { kind: categoryColumn(['ab']) },
      { day: timestampColumn([1]) },
      { fast: booleanColumn([null]) },
      { note: textColumn(['']) },
    ])
      expect(knownRows(rows, same.withColumns(change), names).known).toBe(0)
    expect(knownRows(rows, same.drop(['note']), names).known).toBe(0)
  })

  test('neighbouring texts never run into each other', () => {
    const pair = (a: string, b: string): Frame =>
      Frame.fromColumns({ a: textColumn([a]), b: textColumn([b]) })
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(6), (a, b, cut) => {
        const whole = a + b
        const rows = hashTrainingRows(pair(a, b), none.select([]), { keyFrom })
        const other = pair(whole.slice(0, cut), whole.slice(cut))
        const equal = whole.slice(0, cut) === a
        expect(knownRows(rows, other, ['a', 'b']).known).toBe(equal ? 1 : 0)
      }),
    )
  })

  test('a file that is cut, or is another one, is damaged; a newer one is newer', () => {
    const bytes = encodeTrainingRows(hashTrainingRows(rowsOf(0, 9), none, { keyFrom }))
    const damaged = expect.objectContaining({ code: 'damaged_bundle' })
    for (const broken of [bytes.subarray(0, -1), bytes.subarray(0, 20), new Uint8Array(200)])
      expect(() => decodeTrainingRows(broken)).toThrow(damaged)
    const newer = Uint8Array.from(bytes)
    newer[8] = 2
    expect(() => decodeTrainingRows(newer)).toThrow(
      expect.objectContaining({ code: 'unsupported_format_version' }),
    )
  })
})

test('a hash is the HMAC-SHA256 of the row under the key of the bundle, cut to 64 bits', () => {
  const row = Buffer.alloc(9)
  row[0] = 1
  row.writeDoubleLE(0.75, 1)
  const key = createHash('sha256').update(keyFrom).digest().subarray(0, 16)
  const expected = createHmac('sha256', key).update(row).digest().readBigUInt64LE(0)
  const frame = Frame.fromColumns({ amount: numberColumn([0.75]) })
  expect([...hashTrainingRows(frame, frame, { keyFrom }).hashes]).toEqual([expected])
})

test('a row longer than the first buffer keeps its key', () => {
  const text = 'x'.repeat(5000)
  const row = Buffer.concat([Buffer.from([4, 0, 0, 0, 0]), Buffer.from(text)])
  row.writeUInt32LE(text.length, 1)
  const key = createHash('sha256').update(keyFrom).digest().subarray(0, 16)
  const expected = createHmac('sha256', key).update(row).digest().readBigUInt64LE(0)
  const frame = Frame.fromColumns({ note: textColumn([text]) })
  expect([...hashTrainingRows(frame, frame, { keyFrom }).hashes]).toEqual([expected])
})
