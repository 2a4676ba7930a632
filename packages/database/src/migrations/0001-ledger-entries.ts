import type { Migration } from './migration.ts'

/** Entries of ledgers. Two who append after the same entry take the same position, which one of them gets. */
export const ledgerEntries: Migration = {
  version: 1,
  name: 'ledger entries',
  statements: ({ integer, text, tableEnd }) => [
    `create table ledger_entries (
      name ${text} not null,
      position ${integer} not null check (position between 1 and 9007199254740991),
      entry ${text} not null check (entry <> ''),
      sha256 ${text} not null check (length(sha256) = 64),
      primary key (name, position)
    )${tableEnd}`,
  ],
}
