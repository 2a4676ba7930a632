import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClaimsError, stopwatch } from '@claims/contracts'
import { encryptionHeaders, type Bucket } from './bucket.ts'
import { dateOf, requireTime } from './object-listing.ts'
import { removalObject } from './object-names.ts'
import { refused } from './refused.ts'
import { failureName } from './store-failure.ts'

/** How long a lease counts that nobody renews, where its holder does not say otherwise. */
export const defaultLeaseMilliseconds = 300_000
/** Part of it in which its holder deletes; what is left is for requests that are on their way. */
const usedShare = 0.4
const longestPoll = 400

/** The lease of a removal as others see it. */
interface SeenLease {
  readonly id: string
  readonly etag: string
  /** Milliseconds since it was taken or renewed, by the server's clock. */
  readonly age: number
  /** How long it counts. */
  readonly milliseconds: number
}

/** The right to delete, which no other process has. */
export class Lease {
  readonly id: string = randomUUID()
  readonly #bucket: Bucket
  readonly #milliseconds: number
  #etag = ''
  #passed: () => number = () => Infinity

  constructor(bucket: Bucket, milliseconds: number) {
    this.#bucket = bucket
    this.#milliseconds = milliseconds
  }

  /** Takes it if nobody has it: on condition that no lease is there, or still the one of this entity tag. */
  async take(condition: { readonly IfNoneMatch: '*' } | { readonly IfMatch: string }): Promise<boolean> {
    const passed = stopwatch()
    const command = new PutObjectCommand({
      ...{ Bucket: this.#bucket.name, Key: this.#bucket.key(removalObject), Body: this.id },
      Metadata: { id: this.id, milliseconds: String(this.#milliseconds) },
      ...condition,
      ...encryptionHeaders(this.#bucket.encryption),
    })
    try {
      const { ETag = '' } = await this.#bucket.send((client) => client.send(command))
      this.#etag = ETag
      this.#passed = passed
      return true
    } catch (error) {
      if (['PreconditionFailed', 'NoSuchKey'].includes(failureName(error))) return false
      throw error
    }
  }

  /** Milliseconds for which its holder may still delete; a suspended machine counts, too. */
  left(): number {
    return this.#milliseconds * usedShare - this.#passed()
  }

  /** Makes sure that there is time to delete. @throws ClaimsError `artifacts_unavailable` where the lease is lost */
  async hold(): Promise<void> {
    if (this.left() > 0.5 * usedShare * this.#milliseconds) return
    if (this.left() <= 0 || !(await this.take({ IfMatch: this.#etag })) || this.left() <= 0)
      throw leaseLost(this.#bucket)
  }

  /** Gives it up; one that ran out may be somebody else's. */
  async release(): Promise<void> {
    if (this.left() <= 0) return
    const input = { Bucket: this.#bucket.name, Key: this.#bucket.key(removalObject) }
    await this.#bucket.send((client) => client.send(new DeleteObjectCommand(input)))
  }
}

/**
 * Does work while nobody else removes anything. A put that sees the lease waits for its end.
 *
 * @param options how long the lease counts where this process dies; ends the wait for another's
 * @throws ClaimsError `invalid_configuration` where the server lets two have it
 */
export async function withLease<T>(
  bucket: Bucket,
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal?: AbortSignal | undefined },
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = new Lease(bucket, milliseconds)
  await waitToTake(bucket, lease, signal)
  try {
    if (await new Lease(bucket, milliseconds).take({ IfNoneMatch: '*' }))
      throw refused(
        'ARTIFACTS_URI',
        `names ${bucket.place}, which ignores If-None-Match`,
        'a server of S3 with conditional writes',
      )
    return await work(lease)
  } finally {
    await lease.release()
  }
}

async function waitToTake(bucket: Bucket, lease: Lease, signal: AbortSignal | undefined): Promise<void> {
  const watch = new LeaseWatch()
  for (;;) {
    signal?.throwIfAborted()
    if (await lease.take({ IfNoneMatch: '*' })) return
    const seen = await seeLease(bucket)
    if (seen === null) continue
    // The answer to an earlier try was lost.
    const own = seen.id === lease.id
    if ((own || watch.isOver(seen)) && (await lease.take({ IfMatch: seen.etag }))) return
    await sleep(watch.pause())
  }
}

/**
 * Waits until no removal that has begun by now is under way.
 *
 * @param bucket that it would delete from
 */
export async function waitForRemoval(bucket: Bucket): Promise<void> {
  const watch = new LeaseWatch()
  let first: string | null = null
  for (;;) {
    const seen = await seeLease(bucket)
    // A lease of another id was taken after the first one ended.
    if (seen === null || watch.isOver(seen) || (first !== null && seen.id !== first)) return
    first = seen.id
    await sleep(watch.pause())
  }
}

/** Tells when a lease that others hold is over: by the server's clock, and by watching it where that clock goes back. */
class LeaseWatch {
  #seen: { readonly etag: string; readonly age: number; readonly since: number } | null = null
  #pauses = 0

  isOver({ etag, age, milliseconds }: SeenLease): boolean {
    const now = performance.now()
    if (this.#seen?.etag !== etag || age < this.#seen.age) this.#seen = { etag, age, since: now }
    return age >= milliseconds || now - this.#seen.since >= milliseconds
  }

  pause(): number {
    this.#pauses += 1
    return Math.min(longestPoll, 25 * 2 ** this.#pauses) * (0.5 + Math.random() / 2)
  }
}

async function seeLease(bucket: Bucket): Promise<SeenLease | null> {
  const command = new HeadObjectCommand({ Bucket: bucket.name, Key: bucket.key(removalObject) })
  let now: number | null = null
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      now = dateOf(result.response)
      return result
    },
    { step: 'deserialize', name: 'answerTime' },
  )
  try {
    const told = await bucket.send((client) => client.send(command))
    const stated = Number(told.Metadata?.['milliseconds'])
    return {
      id: told.Metadata?.['id'] ?? '',
      etag: told.ETag ?? '',
      age: requireTime(now, bucket) - (told.LastModified?.getTime() ?? Infinity),
      milliseconds: stated > 0 ? stated : defaultLeaseMilliseconds,
    }
  } catch (error) {
    if (['NoSuchKey', 'NotFound'].includes(failureName(error))) return null
    throw error
  }
}

/** A removal may delete no more. */
export function leaseLost({ place }: Bucket): ClaimsError {
  return new ClaimsError(
    'artifacts_unavailable',
    `${place} answered too slowly for a removal to go on: somebody else may be putting bundles`,
  )
}
