import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSystemError } from './system-error.ts'

/** Directories that a write makes beside its target: `new` is being written, `old` was just replaced. */
export type SiblingKind = 'new' | 'old'

/** Name of a temporary directory beside `target`; it carries this process's id. */
export function temporarySibling(target: string, kind: SiblingKind): string {
  const mark = `${String(process.pid)}-${randomBytes(6).toString('hex')}`
  return join(dirname(target), `.${basename(target)}.${mark}.${kind}`)
}

/** Temporary directories beside `target` whose process is dead. */
async function staleSiblings(target: string): Promise<{ path: string; kind: SiblingKind }[]> {
  const prefix = `.${basename(target)}.`
  const stale: { path: string; kind: SiblingKind }[] = []
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue
    const match = /^(\d+)-[0-9a-f]{12}\.(new|old)$/.exec(name.slice(prefix.length))
    if (match === null) continue
    const path = join(dirname(target), name)
    if (await madeByDeadProcess(Number(match[1]), path)) {
      stale.push({ path, kind: match[2] === 'old' ? 'old' : 'new' })
    }
  }
  return stale
}

/**
 * Puts back the replaced directory of a writer that died between the two renames of a system without an atomic
 * exchange, then deletes what dead writers left.
 *
 * @param target directory that is written
 */
export async function recoverAndClean(target: string): Promise<void> {
  const stale = await staleSiblings(target)
  for (const { path, kind } of stale) {
    if (kind === 'old' && !(await exists(target))) await renameIfThere(path, target)
    else await rm(path, { recursive: true, force: true })
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

async function madeByDeadProcess(pid: number, path: string): Promise<boolean> {
  // A container gives the same id to the process that comes after a killed one.
  if (pid === process.pid) {
    try {
      return (await stat(path)).mtimeMs < Date.now() - process.uptime() * 1000 - 1000
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return false
      throw error
    }
  }
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return isSystemError(error, 'ESRCH')
  }
}
