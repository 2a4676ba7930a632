import type { Migration } from './migration.ts'

/**
 * PostgreSQL tells those who listen of every append when its transaction is stored, whoever wrote it. SQLite has nobody to
 * tell: its watchers look.
 */
export const ledgerNotifications: Migration = {
  version: 3,
  name: 'ledger notifications',
  statements: ({ kind }) =>
    kind === 'sqlite'
      ? []
      : [
          `create function claims_notify_ledger() returns trigger language plpgsql as $$
            begin
              perform pg_catalog.pg_notify('claims_ledger', new.name);
              return null;
            end
          $$`,
          `create trigger ledger_heads_notify after insert or update on ledger_heads
            for each row execute function claims_notify_ledger()`,
        ],
}
