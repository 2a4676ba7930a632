import type { Migration } from './migration.ts'

/**
 * The index of predictions, whose records are entries of ledgers, and the keys that their personal parts are sealed under.
 * An id sorts by time. A key that was destroyed leaves its row without the key and without what it was found by.
 */
export const predictions: Migration = {
  version: 4,
  name: 'predictions and keys of subjects',
  statements: ({ integer, text, timestamp, bytes, tableEnd }) => [
    `create table predictions (
      id ${text} not null primary key check (length(id) = 36),
      sequence ${text} not null,
      position ${integer} not null check (position between 1 and 9007199254740991),
      model ${text} not null,
      version ${text},
      manifest_sha256 ${text} not null check (length(manifest_sha256) = 64),
      subject ${text} not null check (length(subject) = 32),
      idempotency ${text} check (length(idempotency) = 64),
      item ${integer} check (item between 0 and 9007199254740991),
      request ${text} check (length(request) = 64),
      unique (sequence, position),
      unique (idempotency, item)
    )${tableEnd}`,
    'create index predictions_by_model on predictions (model, id)',
    'create index predictions_by_subject on predictions (subject, id)',
    'create index predictions_by_bundle on predictions (manifest_sha256)',
    `create table subject_keys (
      subject ${text} not null primary key check (length(subject) = 32),
      kind ${text} not null,
      lookup ${text} unique check (length(lookup) = 64),
      wrapped ${bytes},
      master ${text} not null check (length(master) = 32),
      created_at ${timestamp} not null,
      destroyed_at ${timestamp},
      check ((wrapped is null) = (destroyed_at is not null))
    )${tableEnd}`,
    'create index subject_keys_by_kind on subject_keys (kind)',
  ],
}
