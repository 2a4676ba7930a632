import { sql, type Transaction } from 'kysely'
import type { TableDefinition } from '../schema.ts'
import type { Schema } from '../schema.ts'

/** How many bytes of texts are read at once, about. */
const pageBytes = 2_000_000
/** Most rows that are read at once. */
const pageRows = 2_000

/**
 * Every row of a table in the order of its key, a page at a time, in bounded memory: pages grow and shrink with the size
 * of their rows.
 *
 * @param tables a transaction that sees one state of everything
 */
export async function* readTable(
  tables: Transaction<Schema>,
  { name, key }: TableDefinition,
): AsyncGenerator<Record<string, unknown>> {
  const order = sql.join(key.map((column) => sql.ref(column)))
  let limit = 16
  let after: readonly unknown[] | undefined
  for (;;) {
    const beyond = after === undefined ? sql`` : sql`where (${order}) > (${sql.join(after)})`
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(name)} ${beyond} order by ${order} limit ${sql.lit(limit)}`.execute(tables)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < limit) return
    after = key.map((column) => last[column])
    const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0)
    limit = Math.max(1, Math.min(pageRows, limit * 4, Math.floor((pageBytes * rows.length) / bytes)))
  }
}

function sizeOf(row: Record<string, unknown>): number {
  let bytes = 0
  for (const value of Object.values(row))
    bytes += typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8
  return bytes
}
