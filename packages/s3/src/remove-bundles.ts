import { setTimeout as sleep } from 'node:timers/promises'
import { ClaimsError, type LeftPlace, type Removal, type RemoveOptions } from '@claims/contracts'
import type { Bucket } from './bucket.ts'
import { deleteObjects } from './delete-objects.ts'
import { forEachAtOnce } from './for-each-at-once.ts'
import { readAtOnce, readFileHashes } from './kept-manifests.ts'
import { withLease, type Lease } from './lease.ts'
import { abandonUpload, listParts } from './multipart.ts'
import { listObjects, listUploads, type ListedObject } from './object-listing.ts'
import { hashOf } from './object-names.ts'

/** How long puts wait for a removal before it makes way for them, and for how long it does. */
const sliceMilliseconds = 20_000
const pauseMilliseconds = 1_000

/** What a removal knows while it goes on. */
interface State {
  readonly hashes: ReadonlySet<string>
  readonly dryRun: boolean
  /** What was written from this moment on is left; the server's clock. */
  readonly from: number
  readonly signal: AbortSignal | undefined
  /** Manifests whose files are known. */
  readonly read: Set<string>
  /** SHA-256 of files that a manifest names which stays. */
  readonly needed: Set<string>
  /** SHA-256 of files that a manifest names which goes; others are remains. */
  readonly freed: Set<string>
  readonly removed: string[]
  readonly young: string[]
  absent: number
  remains: number
  bytes: number
  readonly left: LeftPlace[]
}

/**
 * Removes bundles from a bucket: their manifests, then every old file that no manifest names. The store is read before
 * anybody has to wait; under the lease the manifests are listed anew, and those of bundles that were put meanwhile count.
 *
 * @param hashes of manifests
 * @param options those of `ArtifactStore.remove`, and how long the lease counts where this process dies
 * @throws ClaimsError `damaged_bundle` where a manifest that stays cannot be read; nothing is deleted then
 */
export async function removeBundles(
  bucket: Bucket,
  hashes: ReadonlySet<string>,
  options: RemoveOptions & { readonly leaseMilliseconds: number },
): Promise<Removal> {
  const { objects, now } = await allManifests(bucket)
  const state: State = {
    ...{ hashes, dryRun: options.dryRun === true, from: now - options.minimumAge, signal: options.signal },
    ...{ read: new Set(), needed: new Set(), freed: new Set(), removed: [], young: [] },
    ...{ absent: 0, remains: 0, bytes: 0, left: [] },
  }
  await readManifests(bucket, objects, state)
  if (state.dryRun) {
    await removeManifests(bucket, state, { objects, lease: null })
    for await (const page of listObjects(bucket, 'files/'))
      await removeFiles(bucket, state, { page, lease: null })
  } else await removeInSlices(bucket, state, options.leaseMilliseconds)
  await removeUploads(bucket, state)
  const { removed, young, absent, remains, bytes, left } = state
  return { removed, young, absent, remains, bytes, left }
}

async function removeInSlices(bucket: Bucket, state: State, milliseconds: number): Promise<void> {
  for (let after: string | null = '', first = true; after !== null; first = false) {
    if (!first) await sleep(pauseMilliseconds)
    const from: string = after
    after = await withLease(bucket, { milliseconds, signal: state.signal }, async (lease) => {
      const end = performance.now() + sliceMilliseconds
      const { objects } = await allManifests(bucket)
      await readManifests(bucket, objects, state)
      if (first) await removeManifests(bucket, state, { objects, lease })
      for await (const page of listObjects(bucket, 'files/', from)) {
        await removeFiles(bucket, state, { page, lease })
        if (performance.now() > end) return page.objects.at(-1)?.name ?? null
      }
      return null
    })
  }
}

interface Listed {
  readonly objects: readonly ListedObject[]
  readonly now: number
}

async function allManifests(bucket: Bucket): Promise<Listed> {
  const objects: ListedObject[] = []
  let began: number | null = null
  for await (const page of listObjects(bucket, 'bundles/')) {
    began ??= page.now
    objects.push(...page.objects)
  }
  return { objects, now: began ?? 0 }
}

/** Reads the manifests that were not read before. */
async function readManifests(bucket: Bucket, objects: readonly ListedObject[], state: State): Promise<void> {
  const ours = objects.filter(({ name }) => hashOf(name, 'bundles') !== null)
  const goes = ours.filter((object) => isToGo(object, state))
  const stays = ours.filter((object) => !isToGo(object, state) && !state.read.has(object.name))
  await readFileHashes(bucket, stays, state.needed)
  for (const { name } of stays) state.read.add(name)
  await forEachAtOnce(goes, readAtOnce, (object) =>
    readFileHashes(bucket, [object], state.freed).catch(ignoreDamage),
  )
}

function isToGo({ name, written }: ListedObject, { hashes, from }: State): boolean {
  return hashes.has(hashOf(name, 'bundles') ?? '') && written < from
}

async function removeManifests(
  bucket: Bucket,
  state: State,
  { objects, lease }: { readonly objects: readonly ListedObject[]; readonly lease: Lease | null },
): Promise<void> {
  const going: ListedObject[] = []
  let kept = 0
  for (const object of objects) {
    const hash = hashOf(object.name, 'bundles')
    if (hash === null) state.left.push(foreign(bucket, object))
    if (hash === null || !state.hashes.has(hash)) continue
    kept += 1
    if (isToGo(object, state)) going.push(object)
    else state.young.push(hash)
  }
  state.absent = state.hashes.size - kept
  await remove(bucket, state, { objects: going, lease })
  for (const { name } of going) state.removed.push(hashOf(name, 'bundles') ?? '')
}

async function removeFiles(
  bucket: Bucket,
  state: State,
  { page, lease }: { readonly page: Listed; readonly lease: Lease | null },
): Promise<void> {
  const going: ListedObject[] = []
  for (const object of page.objects) {
    const hash = hashOf(object.name, 'files')
    if (hash === null) state.left.push(foreign(bucket, object))
    else if (!state.needed.has(hash) && object.written < state.from) going.push(object)
  }
  await remove(bucket, state, { objects: going, lease })
  state.remains += going.filter(({ name }) => !state.freed.has(hashOf(name, 'files') ?? '')).length
}

async function remove(
  bucket: Bucket,
  state: State,
  { objects, lease }: { readonly objects: readonly ListedObject[]; readonly lease: Lease | null },
): Promise<void> {
  state.signal?.throwIfAborted()
  const names = objects.map(({ name }) => name)
  if (lease !== null && names.length > 0) await deleteObjects(bucket, names, lease)
  state.bytes += objects.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** A put whose upload goes begins another one, so that nobody has to wait. */
async function removeUploads(bucket: Bucket, state: State): Promise<void> {
  for await (const upload of listUploads(bucket)) {
    state.signal?.throwIfAborted()
    const ours = [hashOf(upload.object, 'files'), hashOf(upload.object, 'bundles')].some(
      (hash) => hash !== null,
    )
    if (!ours || upload.begun >= state.from) continue
    for (const { bytes } of (await listParts(bucket, upload)).values()) state.bytes += bytes ?? 0
    if (!state.dryRun) await abandonUpload(bucket, upload)
    state.remains += 1
  }
}

function foreign({ place }: Bucket, { name }: ListedObject): LeftPlace {
  return { place: `${place}/${name}`, problem: 'is not of the store' }
}

function ignoreDamage(error: unknown): void {
  if (!(error instanceof ClaimsError && error.code === 'damaged_bundle')) throw error
}
