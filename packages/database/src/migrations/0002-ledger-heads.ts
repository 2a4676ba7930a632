import type { Migration } from './migration.ts'

/**
 * Where each sequence of a ledger ends, so that the last rows, or all of them, cannot go unnoticed. Of a dropped one this
 * row is what remains.
 */
export const ledgerHeads: Migration = {
  version: 2,
  name: 'ledger heads',
  statements: ({ integer, text, tableEnd }) => [
    `create table ledger_heads (
      name ${text} not null primary key,
      position ${integer} not null check (position between 1 and 9007199254740991),
      sha256 ${text} not null check (length(sha256) = 64),
      dropped ${integer} not null check (dropped in (0, 1))
    )${tableEnd}`,
    `insert into ledger_heads (name, position, sha256, dropped)
      select e.name, e.position, e.sha256, 0
      from (select name, max(position) as position from ledger_entries group by name) l
      join ledger_entries e on e.name = l.name and e.position = l.position`,
  ],
}
