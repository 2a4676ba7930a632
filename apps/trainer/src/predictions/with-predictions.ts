import type { PredictionLog, SubjectKeyStore } from '@claims/contracts'
import { DatabasePredictionLog, DatabaseSubjectKeyStore, noteInLedger } from '@claims/database'
import { accessLog, SubjectVault, type AccessLog, type AccessReason } from '@claims/predictions'
import type { OpenRegistry } from '@claims/registry'
import { withRegistry, type ModelContext } from '../open-model.ts'
import { openMasterKey } from './open-master-key.ts'

/** The predictions of this installation, with the parts that they are made of. */
export interface OpenPredictions extends Pick<
  OpenRegistry,
  'registry' | 'ledger' | 'artifacts' | 'database'
> {
  readonly log: PredictionLog
  readonly store: SubjectKeyStore
  /** Asks for the master key. */
  vault(): Promise<SubjectVault>
  /** Where it is told that this caller opens personal data. */
  access(why: AccessReason): AccessLog
}

/** Opens the predictions of this installation for a piece of work, and closes them. */
export async function withPredictions<T>(
  context: ModelContext,
  work: (opened: OpenPredictions) => Promise<T>,
): Promise<T> {
  return await withRegistry(context, async ({ registry, ledger, artifacts, database }) => {
    const store = new DatabaseSubjectKeyStore(database)
    return await work({
      ...{ registry, ledger, artifacts, database, store },
      log: new DatabasePredictionLog(database),
      vault: async () =>
        await SubjectVault.open({ store, ledger, master: await openMasterKey(context, store) }),
      access: (why) => accessLog((entry) => noteInLedger(database, '_system', entry), why),
    })
  })
}
