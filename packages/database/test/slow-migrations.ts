import type { Migration } from '@claims/database'
import { migrations } from '../src/migrations/migrations.ts'

/** The migrations of the product, and one that makes a table, fills it for about a second, and makes another. */
export const slowMigrations: readonly Migration[] = [
  ...migrations,
  {
    version: migrations.length + 1,
    name: 'slow',
    statements: ({ integer, tableEnd }) => [
      `create table numbers (n ${integer} not null primary key)${tableEnd}`,
      `insert into numbers with recursive r (n) as (select 1 union all select n + 1 from r where n < 300000) select n from r`,
      `create table after_numbers (n ${integer} not null primary key)${tableEnd}`,
    ],
  },
]
