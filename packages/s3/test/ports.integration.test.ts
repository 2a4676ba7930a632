import { describeArtifactStore } from '@claims/contracts/testing'
import { describeOnServer, objectOf } from './object-store.ts'

describeOnServer('S3', (server) => {
  describeArtifactStore('S3', () => {
    const place = server().place()
    const store = place.store()
    return Promise.resolve({
      store,
      other: place.store(),
      damage: async (sha256, name) => place.damage(await objectOf(store, sha256, name)),
      dispose: () => {
        place.dispose()
        return Promise.resolve()
      },
    })
  })
})
