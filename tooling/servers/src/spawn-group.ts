import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'

/** How {@link spawnGroup} starts a program. */
export interface GroupOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
  /** File descriptor for what it writes. Default nowhere. */
  readonly output?: number
  /** The process whose end ends the group, within a second. Default this one, at once. */
  readonly owner?: number
}

// The watcher is in the program's group; its pipe closes when the process at the other end is gone.
const watched = 'exec 3<&0; { cat <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 & exec "$@" </dev/null 3<&-'
// A process that is not the parent has no pipe to the group; it is looked for.
const looked =
  '{ while kill -0 "$0"; do sleep 1; done; kill -KILL 0; } </dev/null >/dev/null 2>&1 & exec "$@" </dev/null'

/**
 * Starts a program that leads a process group. The group ends with its owner, however that ends: Jest calls no `exit`
 * listeners of tests, and a worker may be killed.
 *
 * @param command the program and its arguments
 * @param options where and as whom it runs
 * @returns the leader of the group
 * @throws Error when the program, or a shell to watch it, cannot be started
 */
export async function spawnGroup(
  command: readonly [string, ...string[]],
  options: GroupOptions = {},
): Promise<ChildProcess> {
  const { output = 'ignore', owner, ...rest } = options
  const watch = owner === undefined ? [watched, 'sh'] : [looked, String(owner)]
  const child = spawn('/bin/sh', ['-c', ...watch, ...command], {
    ...rest,
    stdio: [owner === undefined ? 'pipe' : 'ignore', output, output],
    detached: true,
  })
  child.unref()
  ;(child.stdin as Socket | null)?.unref()
  await once(child, 'spawn')
  return child
}

/** Whether a program has ended. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/**
 * Ends a program and all of its group.
 *
 * @param child the leader
 * @param signal what the group gets; default what nobody survives
 */
export async function endGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.pid === undefined) return
  // Nothing else may keep the process that waits.
  child.ref()
  const gone = hasEnded(child) ? undefined : once(child, 'exit')
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // Errors of Node are of another realm than the tests.
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH'))
      throw error
  }
  await gone
  child.stdin?.destroy()
}
