import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, told from every other one that may ever use the same volume: on another machine, in another container. */
export interface ProcessIdentity {
  /** Where the id counts: the machine's start and the namespace of process ids, hashed; 8 hexadecimal digits. */
  readonly space: string
  readonly pid: number
  /** When it began, in a unit of the system; 0 where that is not known. */
  readonly start: number
}

/** What can be said of another process. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/**
 * The identity of this process. A container has process ids of its own, so that an id alone names a process in each of
 * two containers; on Linux the boot and the id's namespace tell them apart, elsewhere the host's name.
 */
export function ownIdentity(): ProcessIdentity {
  const { pid } = process
  if (!ownProc()) return { space: short(`${hostname()} ${process.platform}`), pid, start: 0 }
  const boot = readText('/proc/sys/kernel/random/boot_id') ?? hostname()
  return { space: short(`${boot} ${readlinkSync('/proc/self/ns/pid')}`), pid, start: startOf(pid) ?? 0 }
}

/**
 * Whether another process lives, as far as this one can see: `unknown` in another container or on another machine.
 *
 * @param other its identity
 * @param own identity of this process
 */
export function livenessOf(other: ProcessIdentity, own: ProcessIdentity): Liveness {
  if (other.space !== own.space) return 'unknown'
  if (other.pid === own.pid) return other.start === own.start ? 'alive' : 'dead'
  try {
    process.kill(other.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead'
  }
  const start = own.start === 0 ? null : startOf(other.pid)
  return start === null || start === other.start ? 'alive' : 'dead'
}

/** Whether `/proc` is there and counts as this process does; a container may lack a `/proc` of its own. */
function ownProc(): boolean {
  try {
    return process.platform === 'linux' && readlinkSync('/proc/self') === String(process.pid)
  } catch {
    return false
  }
}

/** Ticks from the machine's start to the process's, field 22 of its `stat`; null where it cannot be read. */
function startOf(pid: number): number | null {
  const stat = readText(`/proc/${String(pid)}/stat`)
  // The name, field 2, stands in brackets and may hold anything.
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return field === undefined || !/^\d+$/.test(field) ? null : Number(field)
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
