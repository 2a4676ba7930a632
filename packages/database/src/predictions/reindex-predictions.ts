import { sql, type Transaction } from 'kysely'
import type { ReindexSummary } from '@claims/contracts'
import type { Database } from '../database.ts'
import type { Schema } from '../schema.ts'
import { transaction } from '../transaction.ts'
import { insertIndex } from './append-predictions.ts'
import { indexRowOfLine, type IndexRow } from './index-row.ts'
import { parsedLine, predictionSequences } from './prediction-lines.ts'

/** Lines that are read and compared in one transaction. */
const linesAtOnce = 500

/** Brings the table `predictions` in line with the ledger; see `PredictionLog.reindex`. */
export async function reindexPredictions(database: Database): Promise<ReindexSummary> {
  const heads = await database.kysely
    .selectFrom('ledger_heads')
    .select(['name', 'position'])
    .where('dropped', '=', 0)
    .orderBy('name')
    .execute()
  const sequences = heads.filter(({ name }) => name.startsWith(predictionSequences))
  const total = { predictions: 0, corrected: 0, unreadable: 0 }
  for (const { name, position } of sequences)
    for (let after = 0; after < position; after += linesAtOnce) {
      const some = await transaction(database, (tables) => reindexLines(tables, name, after))
      total.predictions += some.predictions
      total.corrected += some.corrected
      total.unreadable += some.unreadable
    }
  const removed = await transaction(database, removeOrphans)
  return { sequences: sequences.length, ...total, removed }
}

async function reindexLines(
  tables: Transaction<Schema>,
  sequence: string,
  after: number,
): Promise<Pick<ReindexSummary, 'predictions' | 'corrected' | 'unreadable'>> {
  const entries = await tables
    .selectFrom('ledger_entries')
    .select(['position', 'entry'])
    .where('name', '=', sequence)
    .where('position', '>', after)
    .where('position', '<=', after + linesAtOnce)
    .execute()
  const lines = entries.map(({ position, entry }) => ({ position, value: parsedLine(entry) }))
  const expected = lines.flatMap(({ position, value }) => indexRowOfLine(value, { sequence, position }) ?? [])
  const found = await tables
    .selectFrom('predictions')
    .selectAll()
    .where('sequence', '=', sequence)
    .where('position', '>', after)
    .where('position', '<=', after + linesAtOnce)
    .execute()
  const there = new Map<string, IndexRow>(found.map((row) => [row.id, row]))
  const wrong = expected.filter((row) => !isSame(row, there.get(row.id)))
  const right = new Set(expected.map(({ id }) => id))
  const surplus = found.map(({ id }) => id).filter((id) => !right.has(id))
  await remove(tables, [...wrong.map(({ id }) => id), ...surplus])
  await insertIndex(tables, wrong)
  return {
    predictions: expected.length,
    corrected: wrong.length + surplus.length,
    unreadable: lines.filter(({ value }) => typeof value?.['kind'] !== 'string').length,
  }
}

function isSame(row: IndexRow, other: IndexRow | undefined): boolean {
  if (other === undefined) return false
  const names = Object.keys(row) as (keyof IndexRow)[]
  return names.every((name) => row[name] === other[name])
}

async function remove(tables: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tables.deleteFrom('predictions').where('id', 'in', ids).execute()
}

/** Rows whose line is beyond the end of its sequence, or in one that is no more. */
async function removeOrphans(tables: Transaction<Schema>): Promise<number> {
  const { numDeletedRows } = await tables
    .deleteFrom('predictions')
    .where(
      sql<boolean>`not exists (select 1 from ledger_heads h where h.name = predictions.sequence
        and h.dropped = 0 and h.position >= predictions.position)`,
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
