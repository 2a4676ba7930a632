import { describePredictionLog, describeSubjectKeyStore } from '@claims/contracts/testing'
import { DatabaseLedger, DatabasePredictionLog, DatabaseSubjectKeyStore, migrate } from '@claims/database'
import { describeKinds, newPlace } from './kinds.ts'

describeKinds('the suites of the ports', (kind) => {
  describePredictionLog(kind, async () => {
    const place = await newPlace(kind)
    const [one, other] = [await place.open(), await place.open()]
    await migrate(one)
    return {
      ...{ log: new DatabasePredictionLog(one), other: new DatabasePredictionLog(other) },
      ...{ ledger: new DatabaseLedger(other), store: new DatabaseSubjectKeyStore(one) },
      damageIndex: async (kept) => {
        await one.kysely.deleteFrom('predictions').where('id', '<>', kept).execute()
      },
      dispose: () => place.dispose(),
    }
  })

  describeSubjectKeyStore(kind, async () => {
    const place = await newPlace(kind)
    const [one, other] = [await place.open(), await place.open()]
    await migrate(one)
    return {
      ...{ store: new DatabaseSubjectKeyStore(one), other: new DatabaseSubjectKeyStore(other) },
      ...{ log: new DatabasePredictionLog(one), ledger: new DatabaseLedger(other) },
      dispose: () => place.dispose(),
    }
  })
})
