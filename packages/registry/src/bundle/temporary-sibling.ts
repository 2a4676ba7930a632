import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSystemError } from '@claims/contracts/files'
import { listFiles } from './list-files.ts'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** Directories that a write makes beside its target: `new` is being written, `old` was just replaced. */
export type SiblingKind = 'new' | 'old'

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
  for (const { path, kind } of await staleSiblings(target, looker)) {
    if (kind === 'old' && !(await exists(target))) await renameIfThere(path, target)
    else await rm(path, { recursive: true, force: true })
  }
}

async function staleSiblings(target: string, looker: Looker): Promise<{ path: string; kind: SiblingKind }[]> {
  const prefix = `.${basename(target)}.`
  const stale: { path: string; kind: SiblingKind }[] = []
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue
    const made = madeBy(name.slice(prefix.length))
    if (made === null) continue
    const path = join(dirname(target), name)
    const liveness = made.by === null ? 'unknown' : livenessOf(made.by, looker.own)
    if (liveness === 'dead' || (liveness === 'unknown' && (await isAbandoned(path, looker.now)))) {
      stale.push({ path, kind: made.kind })
    }
  }
  return stale
}

/** Who made a directory by its name; null where it is none of ours. */
function madeBy(mark: string): { readonly kind: SiblingKind; readonly by: ProcessIdentity | null } | null {
  // The first two numbers are absent in names of product 0.1, whose process cannot be told.
  const match = /^(?:([0-9a-f]{8})-(\d+)-)?(\d+)-[0-9a-f]{12}\.(new|old)$/.exec(mark)
  if (match === null) return null
  const [, space, pid, last, kind] = match
  return {
    kind: kind === 'old' ? 'old' : 'new',
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
