import type { Migration } from './migration.ts'

/** Texts by the hash of their bytes. */
export const documents: Migration = {
  version: 5,
  name: 'documents',
  statements: ({ text, tableEnd }) => [
    `create table documents (
      sha256 ${text} not null primary key check (length(sha256) = 64),
      content ${text} not null
    )${tableEnd}`,
  ],
}
