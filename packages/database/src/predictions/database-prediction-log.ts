import { sql } from 'kysely'
import {
  ClaimsError,
  ledgerDropped,
  type LoggedPrediction,
  type PredictionLog,
  type PredictionPage,
  type PredictionQuery,
  type PredictionReceipt,
  type PredictionRecord,
  type ReindexSummary,
  type UnindexedSequence,
} from '@claims/contracts'
import type { Database } from '../database.ts'
import { transaction } from '../transaction.ts'
import { appendPredictions } from './append-predictions.ts'
import { readLine } from './prediction-lines.ts'
import { reindexPredictions } from './reindex-predictions.ts'
import { unindexedRecords } from './unindexed-records.ts'

const mostAtOnce = 1_000
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Predictions in the ledger of the database, with the table `predictions` as their index. */
export class DatabasePredictionLog implements PredictionLog {
  readonly #database: Database

  /** @param database migrated; closed by who opened it */
  constructor(database: Database) {
    this.#database = database
  }

  async append(records: readonly PredictionRecord[]): Promise<readonly PredictionReceipt[]> {
    if (records.length === 0) throw new TypeError('There is at least one record to append')
    return await transaction(this.#database, (tables) => appendPredictions(tables, records))
  }

  async find(id: string): Promise<LoggedPrediction | null> {
    const row = await this.#rows().where('p.id', '=', id).executeTakeFirst()
    return row === undefined ? null : await this.#read(row)
  }

  async list({ limit, cursor, ...asked }: PredictionQuery): Promise<PredictionPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > mostAtOnce)
      throw invalid('limit', `is ${String(limit)}`, `a whole number from 1 to ${String(mostAtOnce)}`)
    if (cursor !== undefined && !idPattern.test(cursor))
      throw invalid('cursor', 'is none that a page ended with', 'the cursor of the page before')
    if (asked.from !== undefined && asked.to !== undefined && asked.from >= asked.to)
      throw invalid('to', 'is not after from', `a moment after ${asked.from.toISOString()}`)
    let query = this.#rows().where('h.dropped', '=', 0)
    if (cursor !== undefined) query = query.where('p.id', '<', cursor)
    if (asked.model !== undefined) query = query.where('p.model', '=', asked.model)
    if (asked.subject !== undefined) query = query.where('p.subject', '=', asked.subject)
    if (asked.idempotency !== undefined) query = query.where('p.idempotency', '=', asked.idempotency)
    if (asked.from !== undefined) query = query.where('p.id', '>=', firstId(asked.from))
    if (asked.to !== undefined) query = query.where('p.id', '<', firstId(asked.to))
    const rows = await query
      .orderBy('p.id', 'desc')
      .limit(limit + 1)
      .execute()
    const predictions: LoggedPrediction[] = []
    for (const row of rows.slice(0, limit)) predictions.push(await this.#read(row))
    return { predictions, cursor: rows.length > limit ? predictions.at(-1)!.record.id : null }
  }

  async reindex(): Promise<ReindexSummary> {
    return await reindexPredictions(this.#database)
  }

  async unindexed(): Promise<readonly UnindexedSequence[]> {
    return await unindexedRecords(this.#database)
  }

  #rows() {
    return this.#database.kysely
      .selectFrom('predictions as p')
      .leftJoin('ledger_heads as h', 'h.name', 'p.sequence')
      .leftJoin('ledger_entries as e', (join) =>
        join.onRef('e.name', '=', 'p.sequence').onRef('e.position', '=', 'p.position'),
      )
      .select(['p.id', 'p.sequence', 'p.position', 'e.entry', 'h.dropped'])
  }

  async #read(row: FoundRow): Promise<LoggedPrediction> {
    const { id, sequence, position, entry } = row
    if (row.dropped === 1) throw ledgerDropped(sequence)
    return await readLine({ id, sequence, position, entry: entry ?? '' }, async (lines) => {
      const found = await this.#database.kysely
        .selectFrom('ledger_entries')
        .select('entry')
        .where('name', '=', sequence)
        .where(sql<boolean>`position between ${position - lines} and ${position - 1}`)
        .orderBy('position')
        .execute()
      return found.map((each) => each.entry)
    })
  }
}

interface FoundRow {
  readonly id: string
  readonly sequence: string
  readonly position: number
  readonly entry: string | null
  readonly dropped: number | null
}

/** What every id of a moment or later begins with, or follows. */
function firstId(moment: Date): string {
  const milliseconds = moment.getTime()
  if (!Number.isFinite(milliseconds)) throw invalid('time', 'is no moment', 'a valid Date')
  const digits = Math.max(0, milliseconds).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}

function invalid(field: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `The ${field} ${problem}`, {
    problems: [{ field, problem, allowed }],
  })
}
