import { sql, type Transaction } from 'kysely'
import type { Schema, TableDefinition } from '../schema.ts'

/** Rows that are held at once; one has at most about a megabyte. */
const pageRows = 64

/**
 * Every row of a table in the order of its key, in bounded memory.
 *
 * @param tables a transaction that sees one state of everything
 */
export async function* readTable(
  tables: Transaction<Schema>,
  { name, key }: TableDefinition,
): AsyncGenerator<Record<string, unknown>> {
  const order = sql.join(key.map((column) => sql.ref(column)))
  let after: readonly unknown[] | undefined
  for (;;) {
    const beyond = after === undefined ? sql`` : sql`where (${order}) > (${sql.join(after)})`
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(name)} ${beyond} order by ${order} limit ${sql.lit(pageRows)}`.execute(tables)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageRows) return
    after = key.map((column) => last[column])
  }
}
