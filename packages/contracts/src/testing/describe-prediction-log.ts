import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkLine } from '../chain/check-line.ts'
import { emptyLedger, type Ledger } from '../ledger.ts'
import type { PredictionLog, PredictionQuery } from '../predictions/prediction-log.ts'
import type { PredictionRecord } from '../predictions/prediction-record.ts'
import type { SubjectKeyStore } from '../predictions/subject-key-store.ts'
import { examplePrediction, exampleSubjectKey } from './example-prediction.ts'

/** What an adapter gives the suite. */
export interface PredictionLogFixture {
  readonly log: PredictionLog
  /** A second client of the same log, as another process would have it. */
  readonly other: PredictionLog
  readonly ledger: Ledger
  readonly store: SubjectKeyStore
  /** Loses what the index says of all records but one. */
  readonly damageIndex: (kept: string) => Promise<void>
  readonly dispose?: () => Promise<void>
}

const subject = '1'.repeat(32)
const november = '_predictions-2026-11'

/**
 * The contract of `PredictionLog` as tests; every adapter runs it.
 *
 * @param name of the adapter
 * @param factory makes an empty log
 */
export function describePredictionLog(name: string, factory: () => Promise<PredictionLogFixture>): void {
  describe(`PredictionLog: ${name}`, () => {
    let fixture: PredictionLogFixture
    let log: PredictionLog
    beforeEach(async () => {
      fixture = await factory()
      log = fixture.log
      await fixture.store.add([exampleSubjectKey({ subject })])
    })
    afterEach(async () => {
      await fixture.dispose?.()
    })

    const idsOf = async (query: Partial<PredictionQuery> = {}): Promise<readonly string[]> => {
      const { predictions } = await fixture.other.list({ limit: 100, ...query })
      return predictions.map(({ record }) => record.id)
    }

    test('knows nothing at first', async () => {
      expect(await log.find(examplePrediction().id)).toBeNull()
      expect(await log.list({ limit: 10 })).toEqual({ predictions: [], cursor: null })
      expect(await log.reindex()).toMatchObject({ sequences: 0, predictions: 0, corrected: 0, removed: 0 })
    })

    test('gives back what was recorded, to the bit, and where it stands', async () => {
      const record = examplePrediction({
        outcome: {
          ...{ status: 'scored', raw_score: 5e-324, score: 0.1 + 0.2, risk_level: 'high', risk_band: 'HIGH' },
          ...{ decision: 'manual_review', reasons: [] },
        },
        purpose: 'Prüfung – 審査 \u2028 "quoted"',
      })
      expect(await log.append([record])).toEqual([{ id: record.id, recorded: true }])
      const found = await fixture.other.find(record.id)
      const { sealed: _sealed, ...written } = record
      expect(found).toEqual({ record, written, sequence: november, position: 1 })
    })

    test('is a chain of lines in the sequence of its month', async () => {
      const records = [0, 1, 2].map((row) => examplePrediction({ row }))
      const december = examplePrediction({ at: new Date('2026-12-01T00:00:00Z') })
      await log.append([records[0]!, december])
      await fixture.other.append(records.slice(1))
      expect(await fixture.ledger.names()).toEqual([november, '_predictions-2026-12'])
      const lines = await fixture.ledger.read(november)
      let last = emptyLedger
      const ids = lines.map((line) => {
        const { problem, sha256, value } = checkLine(line, last)
        expect(problem).toBeNull()
        last = sha256
        return value?.['id']
      })
      expect(ids).toEqual(records.map(({ id }) => id))
      expect((await log.find(records[2]!.id))?.position).toBe(3)
    })

    test('keeps a sealed part that is larger than an entry', async () => {
      const large = examplePrediction({ sealed: 'QUJD'.repeat(500_000) })
      const after = examplePrediction()
      await log.append([examplePrediction(), large, after])
      expect((await fixture.other.find(large.id))?.record).toEqual(large)
      expect((await fixture.other.find(after.id))?.record).toEqual(after)
      for (const line of await fixture.ledger.read(november)) expect(line.length).toBeLessThan(1_000_000)
      const { predictions } = await log.list({ limit: 10 })
      const lengths = predictions.map(({ record }) => record.sealed.length)
      expect(lengths.toSorted((a, b) => a - b)).toEqual([8, 8, 2_000_000])
    })

    test('stores all of an append or nothing', async () => {
      const good = examplePrediction()
      const stranger = examplePrediction({ subject: '9'.repeat(32) })
      await expect(log.append([good, stranger])).rejects.toMatchObject({ code: 'subject_erased' })
      await expect(log.append([good, good])).rejects.toThrow()
      await expect(log.append([])).rejects.toThrow(TypeError)
      expect(await idsOf()).toEqual([])
      expect(await fixture.ledger.names()).toEqual([])
    })

    test('takes no record of a subject that was erased', async () => {
      const first = examplePrediction()
      await log.append([first])
      await fixture.store.destroy([subject], { at: new Date('2026-11-30T00:00:00Z'), entry: () => ({}) })
      await expect(fixture.other.append([examplePrediction()])).rejects.toMatchObject({
        code: 'subject_erased',
      })
      expect((await log.find(first.id))?.record).toEqual(first)
    })

    test('records a key and item once, and answers the id of then', async () => {
      const keyed = (item: number, request = 'e'): PredictionRecord =>
        examplePrediction({ idempotency: { key: 'f'.repeat(64), item, request: request.repeat(64) } })
      const [one, two] = [keyed(0), keyed(1)]
      await log.append([one])
      expect(await fixture.other.append([keyed(0), two, examplePrediction()])).toMatchObject([
        { id: one.id, recorded: false },
        { id: two.id, recorded: true },
        { recorded: true },
      ])
      await expect(log.append([keyed(2), keyed(1, 'd')])).rejects.toMatchObject({
        code: 'idempotency_conflict',
      })
      expect(await idsOf({ idempotency: 'f'.repeat(64) })).toHaveLength(2)
      expect(await fixture.ledger.read(november)).toHaveLength(3)
    })

    test('pages by time, newest first, and by model, subject and span', async () => {
      await fixture.store.add([exampleSubjectKey({ subject: '2'.repeat(32) })])
      const days = [28, 29, 30].map((day) => new Date(Date.UTC(2026, 10, day, 23, 59, 59, 999)))
      const records = days.map((at) => examplePrediction({ at }))
      const motor = examplePrediction({
        ...{ at: new Date('2026-12-01T00:00:00Z'), model: { name: 'motor', version: null } },
        subject: '2'.repeat(32),
      })
      await log.append([records[1]!, motor])
      await log.append([records[2]!, records[0]!])
      const newest = [motor, ...records.toReversed()].map(({ id }) => id)
      expect(await idsOf()).toEqual(newest)
      const seen: string[] = []
      for (let cursor: string | undefined; ;) {
        const page = await log.list({ limit: 3, cursor })
        seen.push(...page.predictions.map(({ record }) => record.id))
        if (page.cursor === null) break
        cursor = page.cursor
      }
      expect(seen).toEqual(newest)
      expect(await idsOf({ model: 'motor' })).toEqual([motor.id])
      expect(await idsOf({ subject: '2'.repeat(32) })).toEqual([motor.id])
      expect(await idsOf({ from: days[1]!, to: days[2]! })).toEqual([records[1]!.id])
      expect(await idsOf({ from: new Date('2026-12-01T00:00:00.001Z') })).toEqual([])
    })

    test.each([
      { limit: 0 },
      { limit: 1_001 },
      { limit: 1.5 },
      { limit: 1, cursor: "' or 1=1" },
      { limit: 1, from: new Date(NaN) },
    ])('refuses the query %j', async (query) => {
      await expect(log.list(query)).rejects.toMatchObject({ code: 'invalid_parameter' })
    })

    test.each(['2026-11-01', '2026-12-01'])('refuses a span from December 2026 to %s', async (to) => {
      const span = { from: new Date('2026-12-01'), to: new Date(to) }
      await expect(log.list({ limit: 1, ...span })).rejects.toMatchObject({
        ...{ code: 'invalid_parameter', problems: [expect.objectContaining({ field: 'to' })] },
      })
    })

    test('of many that append at once, none is lost and the chain is one', async () => {
      const batches = Array.from({ length: 12 }, () => [examplePrediction(), examplePrediction()])
      await Promise.all(batches.map((batch, i) => (i % 2 === 0 ? log : fixture.other).append(batch)))
      expect((await idsOf()).toSorted()).toEqual(
        batches
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      )
      let last = emptyLedger
      for (const line of await fixture.ledger.read(november)) {
        const { problem, sha256 } = checkLine(line, last)
        expect(problem).toBeNull()
        last = sha256
      }
    })

    test('makes its index again from the ledger', async () => {
      const records = Array.from({ length: 5 }, () => examplePrediction())
      const large = examplePrediction({ sealed: 'QUJD'.repeat(200_000) })
      await log.append([...records, large])
      await fixture.damageIndex(records[0]!.id)
      expect(await fixture.other.find(records[3]!.id)).toBeNull()
      expect(await fixture.other.unindexed()).toEqual([{ sequence: november, records: 5 }])
      expect(await log.reindex()).toEqual({
        ...{ sequences: 1, predictions: 6, corrected: 5, removed: 0, unreadable: 0 },
      })
      expect((await fixture.other.find(large.id))?.record).toEqual(large)
      expect(await idsOf()).toHaveLength(6)
      expect(await log.reindex()).toMatchObject({ corrected: 0, removed: 0 })
      expect(await log.unindexed()).toEqual([])
    })

    test('says that a record was dropped with its sequence, until the index is made again', async () => {
      const record = examplePrediction()
      await log.append([record])
      const { sha256 } = checkLine((await fixture.ledger.read(november))[0]!, emptyLedger)
      expect(await fixture.ledger.drop(november, sha256)).toBe(true)
      await expect(fixture.other.find(record.id)).rejects.toMatchObject({ code: 'ledger_dropped' })
      expect(await idsOf()).toEqual([])
      expect(await log.reindex()).toMatchObject({ sequences: 0, removed: 1 })
      expect(await log.find(record.id)).toBeNull()
    })
  })
}
