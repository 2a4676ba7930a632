import { sql } from 'kysely'
import { format } from 'prettier'
import { type Database } from '@claims/database'

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** Place in the primary key from 1; 0 outside of it. */
  readonly key: number
}

/** What a database calls a type, as `schema.ts` calls it, and the type of TypeScript. */
const types: Readonly<Record<string, readonly ['integer' | 'text' | 'bytes', string]>> = {
  integer: ['integer', 'number'],
  bigint: ['integer', 'number'],
  text: ['text', 'string'],
  'timestamp with time zone': ['text', 'string'],
  blob: ['bytes', 'Uint8Array'],
  bytea: ['bytes', 'Uint8Array'],
}

/** The text of `src/schema.ts` for a migrated database. */
export async function schemaText(database: Database): Promise<string> {
  const columns = await (database.kind === 'sqlite' ? sqliteColumns(database) : postgresColumns(database))
  const names = [...new Set(columns.map(({ table }) => table))].sort()
  const of = (table: string): Column[] => columns.filter((column) => column.table === table)
  const interfaces = names.map(
    (table) => `interface ${interfaceName(table)} {
      ${of(table)
        .map(({ name, type, nullable }) => `${name}: ${typesOf(type)[1]}${nullable ? ' | null' : ''}`)
        .join('\n')}
    }`,
  )
  const definitions = names
    .filter((table) => table !== 'schema_migrations')
    .map((table) => {
      const key = of(table)
        .filter((column) => column.key > 0)
        .sort((a, b) => a.key - b.key)
      const all = of(table).map(({ name, type }) => `{ name: '${name}', type: '${typesOf(type)[0]}' }`)
      return `{ name: '${table}', columns: [${all.join(', ')}], key: [${key.map(({ name }) => `'${name}'`).join(', ')}] }`
    })
  const text = `// Written by \`pnpm run schema\` from a migrated database; a test compares it with databases of both kinds.

    ${interfaces.join('\n\n')}

    /** The tables of the database, with the rows that they hold. */
    export interface Schema { ${names.map((table) => `${table}: ${interfaceName(table)}`).join('\n')} }

    /** A table as a backup reads it. */
    export interface TableDefinition {
      readonly name: string
      readonly columns: readonly { readonly name: string; readonly type: 'integer' | 'text' | 'bytes' }[]
      /** Columns of the primary key, in its order. */
      readonly key: readonly string[]
    }

    /** Every table but the one of applied migrations. */
    export const tableDefinitions: readonly TableDefinition[] = [${definitions.join(',\n')}]
  `
  return await format(text, { parser: 'typescript', semi: false, singleQuote: true, printWidth: 110 })
}

function typesOf(type: string): readonly ['integer' | 'text' | 'bytes', string] {
  const found = types[type.toLowerCase()]
  if (found === undefined)
    throw new TypeError(`migrations use the type ${type}, which schema-text.ts does not know`)
  return found
}

function interfaceName(table: string): string {
  return `${table.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Table`
}

async function sqliteColumns({ kysely }: Database): Promise<Column[]> {
  const { rows } = await sql<{ table: string; name: string; type: string; required: number; key: number }>`
    select t.name as "table", c.name, c.type, c."notnull" as required, c.pk as key
    from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table' order by t.name, c.cid`.execute(
    kysely,
  )
  return rows.map(({ required, ...row }) => ({ ...row, nullable: required === 0 }))
}

async function postgresColumns({ kysely }: Database): Promise<Column[]> {
  const { rows } = await sql<{ table: string; name: string; type: string; nullable: string; key: number }>`
    select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_nullable as nullable,
      coalesce((select k.ordinal_position from information_schema.key_column_usage k
        join information_schema.table_constraints p using (constraint_name, table_schema, table_name)
        where p.constraint_type = 'PRIMARY KEY' and k.table_name = c.table_name
          and k.column_name = c.column_name and k.table_schema = c.table_schema), 0) as key
    from information_schema.columns c where c.table_schema = 'public'
    order by c.table_name, c.ordinal_position`.execute(kysely)
  return rows.map((row) => ({ ...row, nullable: row.nullable === 'YES' }))
}
