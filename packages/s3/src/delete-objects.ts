import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { ClaimsError } from '@claims/contracts'
import type { Bucket } from './bucket.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import { leaseLost, type Lease } from './lease.ts'
import { failureName, storeFailure } from './store-failure.ts'

/** As many as the protocol takes in a request. */
const mostAtOnce = 1000
/** How many requests run at a time where a server deletes one object a request. */
const requestsAtOnce = 8
/** What servers answer that do not delete several objects at once, or want them said otherwise. */
const unknown = [
  'NotImplemented',
  'MethodNotAllowed',
  'MissingContentMD5',
  'InvalidRequest',
  'InvalidArgument',
]

/**
 * Deletes objects while a lease lasts. One that is not there counts as deleted.
 *
 * @param names of the objects
 * @param lease is renewed where that is due
 * @throws ClaimsError `artifacts_unavailable` where the lease is lost; `invalid_configuration`; what was deleted before
 *   stays deleted
 */
export async function deleteObjects(bucket: Bucket, names: readonly string[], lease: Lease): Promise<void> {
  for (let at = 0; at < names.length; at += mostAtOnce) {
    const some = names.slice(at, at + mostAtOnce)
    await lease.hold()
    try {
      await deleteTogether(bucket, some, lease)
    } catch (error) {
      if (lease.left() <= 0) throw leaseLost(bucket)
      // A server says by a status of 501, too, that it does not know something.
      if (!unknown.includes(failureName(error instanceof ClaimsError ? error.cause : error))) throw error
      await forEachAtOnce(some, requestsAtOnce, (name) => deleteOne(bucket, name, lease))
    }
  }
}

async function deleteTogether(bucket: Bucket, names: readonly string[], lease: Lease): Promise<void> {
  const command = new DeleteObjectsCommand({
    ...{ Bucket: bucket.name, ChecksumAlgorithm: 'SHA256' },
    Delete: { Quiet: true, Objects: names.map((name) => ({ Key: bucket.key(name) })) },
  })
  const { Errors } = await bucket.send((client) => client.send(command, whileHeld(lease)))
  const [first] = Errors ?? []
  if (first !== undefined)
    throw storeFailure(Object.assign(new Error(first.Message), { name: first.Code ?? 'Error' }), bucket.place)
}

async function deleteOne(bucket: Bucket, name: string, lease: Lease): Promise<void> {
  await lease.hold()
  const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: bucket.key(name) })
  await bucket.send((client) => client.send(command, whileHeld(lease)))
}

/** Ends a request, and its repetitions, when the lease does. */
function whileHeld(lease: Lease): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(Math.max(1, Math.ceil(lease.left()))) }
}
