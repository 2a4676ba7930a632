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
      age: async (sha256, milliseconds) => {
        const { manifest } = await store.open(sha256)
        await place.age(`bundles/${sha256}`, milliseconds)
        for (const file of Object.values(manifest.files))
          await place.age(`files/${file.sha256}`, milliseconds)
      },
      dispose: () => {
        place.dispose()
        return Promise.resolve()
      },
    })
  })
})
