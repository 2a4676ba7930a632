import { expect, test } from '@jest/globals'
import { exampleBundle } from '@claims/contracts/example'
import { largeBundle } from './large-bundle.ts'
import { describeOnServer } from './object-store.ts'

describeOnServer('encryption by the server', (server) => {
  test.each([
    ['&sse=AES256', ['AES256', undefined]],
    ['&sse=aws:kms&kmsKeyId=a-key', ['aws:kms', 'a-key']],
  ])('is asked for every object: %s', async (parameters, expected) => {
    const place = server().place(parameters)
    const store = place.store()
    for (const bundle of [exampleBundle(), largeBundle(9 << 20)]) {
      await store.put(bundle)
      const kept = await store.open(bundle.manifestSha256)
      for (const name of Object.keys(bundle.manifest.files)) await kept.read(name)
    }
    const objects = await place.objects()
    expect(objects).toHaveLength(7)
    for (const object of objects) expect(await place.encryptionOf(object)).toEqual(expected)
    place.dispose()
  })
})
