import type { Transaction } from 'kysely'
import { ClaimsError, type PredictionReceipt, type PredictionRecord } from '@claims/contracts'
import { appendChained } from '../ledger/append-chained.ts'
import type { Schema } from '../schema.ts'
import { indexRow, type IndexRow } from './index-row.ts'
import { linesOf, sequenceOf } from './prediction-lines.ts'

/** Most values of a statement that asks, and rows of one that writes. */
const [askedAtOnce, rowsAtOnce] = [2_000, 1_000]

/** Records predictions within a transaction; see `PredictionLog.append`. */
export async function appendPredictions(
  tables: Transaction<Schema>,
  records: readonly PredictionRecord[],
): Promise<readonly PredictionReceipt[]> {
  const known = await knownItems(tables, records)
  const receipts: PredictionReceipt[] = []
  const news: PredictionRecord[] = []
  for (const record of records) {
    const earlier = earlierOf(record, known)
    receipts.push({ id: earlier ?? record.id, recorded: earlier === undefined })
    if (earlier !== undefined) continue
    news.push(record)
    const { idempotency } = record
    if (idempotency === undefined) continue
    known.set(itemKey(idempotency), { id: record.id, request: idempotency.request })
  }
  if (news.length === 0) return receipts
  await requireSubjects(tables, news)
  const rows: IndexRow[] = []
  for (const [sequence, some] of grouped(news, ({ recorded_at }) => sequenceOf(recorded_at))) {
    const lines = some.map(linesOf)
    let position = await appendChained(tables, sequence, lines.flat())
    some.forEach((record, i) => {
      position += lines[i]!.length
      rows.push(indexRow(record, { sequence, position: position - 1 }))
    })
  }
  await insertIndex(tables, rows)
  return receipts
}

/** Inserts rows of the index. */
export async function insertIndex(tables: Transaction<Schema>, rows: readonly IndexRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += rowsAtOnce)
    await tables
      .insertInto('predictions')
      .values(rows.slice(i, i + rowsAtOnce))
      .execute()
}

type Idempotency = NonNullable<PredictionRecord['idempotency']>

function itemKey({ key, item }: Pick<Idempotency, 'key' | 'item'>): string {
  return `${key} ${String(item)}`
}

interface KnownItem {
  readonly id: string
  readonly request: string | null
}

async function knownItems(
  tables: Transaction<Schema>,
  records: readonly PredictionRecord[],
): Promise<Map<string, KnownItem>> {
  const items = grouped(
    records.flatMap(({ idempotency }) => idempotency ?? []),
    ({ key }) => key,
  )
  const known = new Map<string, KnownItem>()
  for (const [key, asked] of items)
    for (let i = 0; i < asked.length; i += askedAtOnce) {
      const found = await tables
        .selectFrom('predictions')
        .select(['id', 'item', 'request'])
        .where('idempotency', '=', key)
        .where(
          'item',
          'in',
          asked.slice(i, i + askedAtOnce).map(({ item }) => item),
        )
        .execute()
      for (const { id, item, request } of found)
        if (item !== null) known.set(itemKey({ key, item }), { id, request })
    }
  return known
}

function earlierOf(
  { idempotency }: PredictionRecord,
  known: ReadonlyMap<string, KnownItem>,
): string | undefined {
  if (idempotency === undefined) return undefined
  const earlier = known.get(itemKey(idempotency))
  if (earlier === undefined || earlier.request === idempotency.request) return earlier?.id
  const problem = `stands for another request at its item ${String(idempotency.item)}, or for one of a person who was erased since`
  throw new ClaimsError('idempotency_conflict', `The idempotency key ${problem}`, {
    problems: [
      {
        field: 'idempotency_key',
        problem,
        allowed: 'the same model, input, purpose, legal basis, retention and reasons, or another key',
      },
    ],
  })
}

async function requireSubjects(
  tables: Transaction<Schema>,
  records: readonly PredictionRecord[],
): Promise<void> {
  const subjects = [...new Set(records.map(({ subject }) => subject))]
  let alive = 0
  for (let i = 0; i < subjects.length; i += askedAtOnce) {
    const { count } = await tables
      .selectFrom('subject_keys')
      .select(({ fn }) => fn.countAll<number | bigint>().as('count'))
      .where('subject', 'in', subjects.slice(i, i + askedAtOnce))
      .where('wrapped', 'is not', null)
      .executeTakeFirstOrThrow()
    alive += Number(count)
  }
  if (alive === subjects.length) return
  const problem = 'was erased while a prediction was being recorded'
  throw new ClaimsError('subject_erased', `The key of a person ${problem}`, {
    problems: [{ field: 'subject', problem, allowed: 'a record that is sealed under a key that exists' }],
  })
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
