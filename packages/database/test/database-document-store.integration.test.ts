import { describeDocumentStore } from '@claims/contracts/testing'
import { DatabaseDocumentStore, migrate } from '@claims/database'
import { describeKinds, newPlace } from './kinds.ts'

describeKinds('the suite of the port', (kind) => {
  describeDocumentStore(kind, async () => {
    const place = await newPlace(kind)
    const [one, other] = [await place.open(), await place.open()]
    await migrate(one)
    return {
      store: new DatabaseDocumentStore(one),
      other: new DatabaseDocumentStore(other),
      damage: async (sha256, content) => {
        await one.kysely.updateTable('documents').set({ content }).where('sha256', '=', sha256).execute()
      },
      dispose: () => place.dispose(),
    }
  })
})
