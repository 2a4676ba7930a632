import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSystemError } from '@claims/contracts/files'
import { listFiles } from './list-files.ts'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** Directories beside a target: `new` is being written, `old` was just replaced, `removed` is being deleted. */
export type SiblingKind = 'new' | 'old' | 'removed'

/** Time without a change after which a directory counts as left behind where nobody can tell whether its writer lives. */
const abandonedMilliseconds = 3_600_000

/** Who looks at temporary directories, and when. */
export interface Looker {
  readonly own: ProcessIdentity
  readonly now: Date
}

/**
 * Name of a temporary directory beside `target`; it says which process makes it.
 *
 * @param target directory that is written
 * @param kind what it holds
 * @param own the process, this one by default
 */
export function temporarySibling(
  target: string,
  kind: SiblingKind,
  own: ProcessIdentity = ownIdentity(),
): string {
  const mark = `${own.space}-${String(own.pid)}-${String(own.start)}-${randomBytes(6).toString('hex')}`
  return join(dirname(target), `.${basename(target)}.${mark}.${kind}`)
}

/**
 * Puts back the replaced directory of a writer that died between the two renames of a system without an atomic
 * exchange, then deletes what dead writers left. Whether a writer in another container or on another machine lives
 * cannot be seen: what it makes is left alone until nothing in it has changed for an hour.
 *
 * @param target directory that is written
 * @param looker who looks, and when
 */
export async function recoverAndClean(
  target: string,
  looker: Looker = { own: ownIdentity(), now: new Date() },
): Promise<void> {
  const prefix = `.${basename(target)}.`
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue
    const path = join(dirname(target), name)
    const kind = await leftBehind(path, name.slice(prefix.length), looker)
    if (kind === null) continue
    if (!(await putBack(path, kind, target))) await rm(path, { recursive: true, force: true })
  }
}

/**
 * What a writer that is dead, or seems so, left at a path beside a target.
 *
 * @param path of the directory
 * @param mark what follows the target in its name
 * @param looker who looks, and when
 * @returns null where it is none of ours, or its writer may live
 */
export async function leftBehind(path: string, mark: string, looker: Looker): Promise<SiblingKind | null> {
  const made = madeBy(mark)
  if (made === null) return null
  const liveness = made.by === null ? 'unknown' : livenessOf(made.by, looker.own)
  const dead = liveness === 'dead' || (liveness === 'unknown' && (await isAbandoned(path, looker.now)))
  return dead ? made.kind : null
}

/** Whether a name beside a target is that of a temporary directory. */
export function isTemporary(mark: string): boolean {
  return madeBy(mark) !== null
}

/** Puts a replaced directory back where nothing replaced it; says whether it did. */
export async function putBack(path: string, kind: SiblingKind, target: string): Promise<boolean> {
  if (kind !== 'old' || (await exists(target))) return false
  await renameIfThere(path, target)
  return true
}

/** Who made a directory by its name; null where it is none of ours. */
function madeBy(mark: string): { readonly kind: SiblingKind; readonly by: ProcessIdentity | null } | null {
  // The first two numbers are absent in names of product 0.1, whose process cannot be told.
  const match = /^(?:([0-9a-f]{8})-(\d+)-)?(\d+)-[0-9a-f]{12}\.(new|old|removed)$/.exec(mark)
  if (match === null) return null
  const [, space, pid, last, kind] = match
  return {
    kind: kind === 'old' || kind === 'removed' ? kind : 'new',
    by: space === undefined ? null : { space, pid: Number(pid), start: Number(last) },
  }
}

/** Whether nothing in a directory, its own name included, has changed for long. */
async function isAbandoned(path: string, now: Date): Promise<boolean> {
  const limit = now.getTime() - abandonedMilliseconds
  try {
    const { files, directories } = await listFiles(path)
    for (const name of ['', ...files, ...directories])
      if ((await lstat(join(path, name))).ctimeMs > limit) return false
    return true
  } catch (error) {
    // What vanishes is being changed.
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    // Another process put it back first.
    if (!isSystemError(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error
  }
}

/** Whether something is at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
