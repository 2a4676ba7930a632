import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ClaimsError, type LeftPlace, type Removal, type RemoveOptions } from '@claims/contracts'
import { isSystemError } from '@claims/contracts/files'
import { listFiles } from '../bundle/list-files.ts'
import { ownIdentity } from '../bundle/process-identity.ts'
import { exists, isTemporary, leftBehind, putBack, temporarySibling } from '../bundle/temporary-sibling.ts'
import { inPlace } from '../place-error.ts'
import { isBundleName, lockName, putTime, storeTime, withBundlesLocked } from './artifacts-folder.ts'
import { foreignIn } from './foreign-in.ts'

/** A `Removal` while it is made. */
interface Progress {
  readonly removed: string[]
  readonly young: string[]
  absent: number
  remains: number
  bytes: number
  readonly left: LeftPlace[]
}

/**
 * Removes bundles from a folder. Each is renamed in one step, under the lock that whoever makes it young takes as well,
 * and only then deleted: who is killed in between leaves a temporary directory, which the next removal deletes.
 *
 * @param folder of the bundles; it need not exist
 * @param places directories in it
 */
export async function removeBundles(
  folder: string,
  places: readonly string[],
  { minimumAge, dryRun = false, signal }: RemoveOptions,
): Promise<Removal> {
  const progress: Progress = { removed: [], young: [], absent: 0, remains: 0, bytes: 0, left: [] }
  const now = await timeOf(folder, dryRun)
  if (now === null) return { ...progress, absent: places.length }
  for (const place of places) {
    signal?.throwIfAborted()
    const { state, problem } = await judge(place, now - minimumAge)
    if (state === 'absent') progress.absent += 1
    else if (state === 'young') progress.young.push(basename(place))
    else if (state === 'foreign') progress.left.push({ place, problem })
    else await removeOne(place, progress, { latest: now - minimumAge, dryRun })
  }
  await sweep(folder, progress, { now, dryRun, signal })
  return progress
}

async function removeOne(
  place: string,
  progress: Progress,
  { latest, dryRun }: { readonly latest: number; readonly dryRun: boolean },
): Promise<void> {
  if (dryRun) {
    progress.removed.push(basename(place))
    progress.bytes += await bytesBelow(place)
    return
  }
  const aside = temporarySibling(place, 'removed')
  // Somebody may have put it, or removed it, since it was judged.
  const found = await withBundlesLocked(dirname(place), async () => {
    const put = await putTime(place)
    if (put === null) return 'absent'
    if (put >= latest) return 'young'
    await rename(place, aside)
    return 'gone'
  })
  if (found === 'absent') progress.absent += 1
  else if (found === 'young') progress.young.push(basename(place))
  else {
    progress.removed.push(basename(place))
    await deleteWhole(aside, progress)
  }
}

/** What stands at a place. */
interface Judged {
  readonly state: 'absent' | 'young' | 'old' | 'foreign'
  /** Why what is foreign is left, as the end of a sentence. */
  readonly problem: string
}

/** Whether a directory may be removed. */
async function judge(place: string, latest: number): Promise<Judged> {
  try {
    return await inPlace(place, async () => {
      const found = await lstat(place).catch((error: unknown) => {
        if (isSystemError(error, 'ENOENT')) return null
        throw error
      })
      if (found === null) return judged('absent')
      if (found.isSymbolicLink()) return foreignBy('is a link')
      if (!found.isDirectory()) return foreignBy('is a file where a directory is needed')
      const put = await putTime(place)
      if (put !== null && put >= latest) return judged('young')
      const problem = put === null ? null : await foreignIn(place)
      // What somebody else removes meanwhile lacks files.
      if (!(await exists(place))) return judged('absent')
      return problem === null ? judged('old') : foreignBy(problem)
    })
  } catch (error) {
    if (error instanceof ClaimsError) return foreignBy(error.problems[0]?.problem ?? error.message)
    throw error
  }
}

function judged(state: 'absent' | 'young' | 'old'): Judged {
  return { state, problem: '' }
}

function foreignBy(problem: string): Judged {
  return { state: 'foreign', problem }
}

/** Deletes what killed processes left, and says what else stands in the folder. */
async function sweep(
  folder: string,
  progress: Progress,
  options: { readonly now: number; readonly dryRun: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const looker = { own: ownIdentity(), now: new Date(options.now) }
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    options.signal?.throwIfAborted()
    const place = join(folder, entry.name)
    if (entry.name === lockName || (entry.isDirectory() && isBundleName(entry.name))) continue
    const [, hash = '', mark = ''] = /^\.([0-9a-f]{64})\.(.+)$/.exec(entry.name) ?? []
    if (!entry.isDirectory() || !isTemporary(mark)) {
      if (!progress.left.some((left) => left.place === place))
        progress.left.push({ place, problem: foreign(entry.isSymbolicLink()) })
      continue
    }
    const kind = await leftBehind(place, mark, looker)
    if (kind === null) continue
    progress.remains += 1
    if (options.dryRun) progress.bytes += await bytesBelow(place)
    else if (!(await putBack(place, kind, join(folder, hash)))) await deleteWhole(place, progress)
  }
}

function foreign(link: boolean): string {
  return link ? 'is a link' : 'is not of the store'
}

async function deleteWhole(directory: string, progress: Progress): Promise<void> {
  try {
    const bytes = await bytesBelow(directory)
    await inPlace(directory, () => rm(directory, { recursive: true, force: true }))
    progress.bytes += bytes
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error
    // Somebody else deleted it at the same time.
    if (!(await exists(directory))) return
    progress.left.push({ place: directory, problem: `cannot be deleted: ${error.message}` })
  }
}

async function bytesBelow(directory: string): Promise<number> {
  return await inPlace(directory, async () => {
    let bytes = 0
    try {
      const { files } = await listFiles(directory)
      for (const name of files) bytes += (await lstat(join(directory, name))).size
    } catch (error) {
      // Somebody else deletes it at the same time.
      if (!isSystemError(error, 'ENOENT')) throw error
    }
    return bytes
  })
}

/** The store's time; null where there is no folder. A dry run does without it where nothing may be written. */
async function timeOf(folder: string, dryRun: boolean): Promise<number | null> {
  try {
    return await storeTime(folder)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    if (dryRun && isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) return Date.now()
    throw error
  }
}
