import type { BigIntStats } from 'node:fs'
import { fstatSync } from 'node:fs'
import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isSystemError } from '@claims/contracts/files'
import { outputError } from './output-error.ts'

/** What stands at the name of an output. */
export type OutputKind = 'free' | 'file' | 'folder' | 'stream' | 'unusable'

/** Where an output goes. */
export interface OutputPlace {
  /** As it was given. */
  readonly path: string
  /** Absolute, links followed: what a link points to is written, and the link stays. */
  readonly target: string
  /** Whether a link was followed. */
  readonly linked: boolean
  /** A `stream` is a FIFO, a character device or an open descriptor: it is written to, never replaced. */
  readonly kind: OutputKind
  /** Number of the open descriptor that the name stands for, such as 1 for `/dev/stdout`. */
  readonly descriptor: number | null
  readonly status: BigIntStats | null
  /** What is there, as words. */
  readonly what: string
}

const mostLinks = 40
const standardStreams: Readonly<Record<string, number>> = {
  '/dev/stdin': 0,
  '/dev/stdout': 1,
  '/dev/stderr': 2,
}

/**
 * Looks at the name of an output without touching it.
 *
 * @param path as it was given
 * @throws ClaimsError `file_not_found` when its folder does not exist, `output_refused` for links without an end
 */
export async function outputPlace(path: string): Promise<OutputPlace> {
  const { target, descriptor, linked } = await followLinks(path)
  if (descriptor !== null) return descriptorPlace(path, { target, linked, descriptor })
  const status = await stat(target, { bigint: true }).catch((error: unknown) => {
    if (isAbsent(error)) return null
    throw outputError(error, path)
  })
  if (status === null) return { path, target, linked, kind: 'free', descriptor, status, what: 'nothing' }
  const standard = sameFile(status, statusOf(1)) && !status.isDirectory() ? 1 : null
  return { path, target, linked, status, descriptor: standard, ...kindOf(status, standard !== null) }
}

/** Whether two names are one file. */
export function sameFile(one: BigIntStats | null, other: BigIntStats | null): boolean {
  return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino
}

/** Whether an error says that there is nothing at a name. */
export function isAbsent(error: unknown): boolean {
  return isSystemError(error, 'ENOENT', 'ENOTDIR')
}

async function followLinks(
  path: string,
): Promise<{ target: string; descriptor: number | null; linked: boolean }> {
  let target = resolve(path)
  for (let links = 0; links < mostLinks; links++) {
    const descriptor = descriptorOf(target)
    if (descriptor !== null) return { target, descriptor, linked: links > 0 }
    try {
      target = join(await realpath(dirname(target)), basename(target))
    } catch (error) {
      throw outputError(error, path)
    }
    const status = await lstat(target).catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return null
      throw outputError(error, path)
    })
    if (status?.isSymbolicLink() !== true) return { target, descriptor: null, linked: links > 0 }
    target = resolve(dirname(target), await readlink(target))
  }
  throw outputError(Object.assign(new Error('too many links'), { code: 'ELOOP' }), path)
}

function descriptorOf(path: string): number | null {
  const standard = standardStreams[path]
  if (standard !== undefined) return standard
  const number = /^\/(?:dev|proc\/(?:self|thread-self|(\d+)))\/fd\/(\d+)$/.exec(path)
  if (number === null || (number[1] !== undefined && Number(number[1]) !== process.pid)) return null
  return Number(number[2])
}

function descriptorPlace(
  path: string,
  at: { target: string; linked: boolean; descriptor: number },
): OutputPlace {
  const status = statusOf(at.descriptor)
  if (status === null) return { path, ...at, kind: 'unusable', status, what: 'a descriptor that is not open' }
  return { path, ...at, status, ...kindOf(status, true) }
}

function statusOf(descriptor: number): BigIntStats | null {
  try {
    return fstatSync(descriptor, { bigint: true })
  } catch {
    return null // The descriptor is closed, which is an answer too.
  }
}

function kindOf(status: BigIntStats, open: boolean): { kind: OutputKind; what: string } {
  if (status.isDirectory()) return { kind: 'folder', what: 'a folder' }
  if (status.isBlockDevice()) return { kind: 'unusable', what: 'a block device' }
  if (status.isSocket() && !open) return { kind: 'unusable', what: 'a socket' }
  if (status.isFile() && !open)
    return { kind: 'file', what: `a file of ${status.size.toLocaleString('en')} bytes` }
  return { kind: 'stream', what: status.isFIFO() ? 'a pipe' : 'an open stream or a device' }
}
