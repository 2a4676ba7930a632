import { ledgerEntries } from './0001-ledger-entries.ts'
import { ledgerHeads } from './0002-ledger-heads.ts'
import { ledgerNotifications } from './0003-ledger-notifications.ts'
import { predictions } from './0004-predictions.ts'
import { documents } from './0005-documents.ts'
import type { Migration } from './migration.ts'

/** Every migration of the product, in order. */
export const migrations: readonly Migration[] = [
  ledgerEntries,
  ledgerHeads,
  ledgerNotifications,
  predictions,
  documents,
]
