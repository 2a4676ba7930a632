import { createHash, randomBytes } from 'node:crypto'
import { constants, write } from 'node:fs'
import { copyFile, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ClaimsError } from '@claims/contracts'
import { flushDirectory, systemCode, type FileDigest } from '@claims/contracts/files'
import { outputError } from './output-error.ts'
import type { OutputLedger } from './output-ledger.ts'
import { outputPlace, type OutputPlace } from './output-place.ts'

/** An output that is being written. */
export interface OutputFile {
  /** Adds bytes, or text as UTF-8. */
  readonly write: (content: string | Uint8Array) => Promise<void>
  /** Flushes to the disk and gives a file its name. */
  readonly close: () => Promise<void>
  /** Takes an unfinished file away; does nothing after `close`. What went down a pipe is gone. */
  readonly abort: () => Promise<void>
}

/** How to open an output. */
export interface OpenOutputOptions {
  /** Told what was written, so that it may be replaced next time. */
  readonly ledger?: OutputLedger | undefined
  /** Whether a file that somebody else wrote and that a link points to need not be kept. Default false. */
  readonly overwrite?: boolean | undefined
  /** Told under which name such a file was kept. */
  readonly onKept?: ((kept: string) => void) | undefined
  /** Ends the writing of a file before it has its name, and the wait for the reader of a pipe. */
  readonly signal?: AbortSignal | undefined
}

/** Writes bytes, all of them. */
type Sink = (bytes: Uint8Array) => Promise<void>

const retryMilliseconds = 10

/**
 * Opens an output for writing. A file appears under its name only when it is whole: it is written under a temporary
 * name beside its own, flushed, and renamed by `close`; it keeps the permissions of the file that it replaces. A link
 * stays, and what it points to is written; somebody else's file there is kept beside it under another name. A pipe, a device or an open descriptor is written to as it is.
 *
 * @param path checked by `requireOutput` before
 * @param options ledger and signal
 * @throws ClaimsError `file_not_found` when the folder does not exist, `unreadable_file` when it cannot be written to
 */
export async function openOutput(path: string, options: OpenOutputOptions = {}): Promise<OutputFile> {
  const place = await outputPlace(path)
  if (place.kind === 'stream') return openStream(place, options)
  const temporary = join(dirname(place.target), `.claims-${randomBytes(9).toString('hex')}.tmp`)
  let handle: FileHandle
  try {
    handle = await open(temporary, 'wx')
  } catch (error) {
    throw outputError(error, path)
  }
  const hash = createHash('sha256')
  let bytes = 0
  let isOpen = true
  const abort = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
    await rm(temporary, { force: true })
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      requireGoingOn(options.signal)
      return await work()
    } catch (error) {
      await abort()
      throw outputError(error, path)
    }
  }
  return {
    write: (content) =>
      guarded(async () => {
        const buffer = bytesOf(content)
        hash.update(buffer)
        bytes += buffer.length
        await handle.writeFile(buffer)
      }),
    close: () =>
      guarded(async () => {
        if (place.status !== null) await handle.chmod(Number(place.status.mode & 0o777n))
        await handle.sync()
        if (await isTheirs(place, options)) options.onKept?.(await keepAside(place.target))
        await rename(temporary, place.target)
        isOpen = false
        await handle.close()
        const digest: FileDigest = { sha256: hash.digest('hex'), bytes }
        await options.ledger?.record(place.target, digest)
        await flushDirectory(dirname(place.target))
      }),
    abort,
  }
}

/** Whether a link leads to a file that holds something that the product did not write. */
async function isTheirs(
  { linked, target }: OutputPlace,
  { overwrite, ledger }: OpenOutputOptions,
): Promise<boolean> {
  if (!linked || overwrite === true) return false
  const { kind, status } = await outputPlace(target)
  return kind === 'file' && status?.size !== 0n && (await ledger?.holds(target)) !== true
}

/** Copies a file to the next free name. */
async function keepAside(target: string): Promise<string> {
  for (let number = 1; ; number++) {
    const kept = `${target}.kept-${String(number)}`
    try {
      await copyFile(target, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      return kept
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

async function openStream(place: OutputPlace, { signal }: OpenOutputOptions): Promise<OutputFile> {
  const handle = place.descriptor === null ? await openPipe(place, signal) : null
  const descriptor = place.descriptor ?? handle?.fd ?? -1
  const sink: Sink = async (bytes) => {
    for (let from = 0; from < bytes.length;) from += await writeSome(descriptor, bytes.subarray(from), signal)
  }
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle?.close()
  }
  return {
    async write(content) {
      try {
        await sink(bytesOf(content))
      } catch (error) {
        await close()
        throw outputError(error, place.path)
      }
    },
    close,
    abort: close,
  }
}

/** Waits for the reader of a pipe by asking again, since a blocked open could not be interrupted. */
async function openPipe({ target, path }: OutputPlace, signal: AbortSignal | undefined): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(target, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') throw outputError(error, path)
    }
    await pause(signal)
  }
}

/** Writes some of the bytes; how many. */
async function writeSome(
  descriptor: number,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (;;) {
    try {
      return await new Promise<number>((done, failed) => {
        write(descriptor, bytes, (error, written) => {
          if (error === null) done(written)
          else failed(error)
        })
      })
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw error
    }
    await pause(signal)
  }
}

function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new ClaimsError('aborted', 'Writing was aborted', { cause: signal.reason })
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  requireGoingOn(signal)
  await wait(retryMilliseconds)
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content
}
