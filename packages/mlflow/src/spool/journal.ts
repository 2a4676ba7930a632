import { constants, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { journalLine, type JournalEntry } from './journal-line.ts'
import type { Operation } from './operation.ts'

/** The name of a journal in its folder. */
export const journalFile = 'journal.jsonl'

/** Where a journal ends. */
export interface JournalEnd {
  /** The sequence of the last operation. */
  readonly sequence: number
  /** Length of the file up to the last whole line. */
  readonly offset: number
}

/** An append-only file of operations. */
export interface Journal {
  /**
   * Adds an operation, in order of the calls. It is in the file when the promise resolves, so that the end of the
   * process does not lose it; with `durable` it is on the disk, so that the end of the machine does not either.
   *
   * @param options `onPlaced` is told of the entry before it is in the file, where a reader may find it at once
   * @returns its entry
   * @throws the file system's error; then nothing more can be added
   */
  append(
    operation: Operation,
    options?: { readonly durable?: boolean; readonly onPlaced?: (entry: JournalEntry) => void },
  ): Promise<JournalEntry>
  /** Adds an operation while the process ends. */
  appendNow(operation: Operation): void
  /** Flushes to the disk and closes the file. */
  close(): Promise<void>
}

interface Waiting {
  readonly entry: JournalEntry
  readonly durable: boolean
  readonly resolve: (entry: JournalEntry) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens a journal for adding.
 *
 * @param folder of the journal
 * @param end where it ends; a line that was cut off behind that is removed
 */
export async function openJournal(folder: string, end: JournalEnd): Promise<Journal> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND
  const handle = await open(join(folder, journalFile), flags, 0o600)
  await handle.truncate(end.offset)
  let last = end.sequence
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let broken: { readonly error: unknown } | undefined

  /** Everything that waits goes into one write and, if any of it asks for that, one flush to the disk. */
  const write = async (): Promise<void> => {
    await Promise.resolve()
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        if (broken) throw broken.error
        await handle.appendFile(group.map(({ entry }) => journalLine(entry)).join(''))
        if (group.some(({ durable }) => durable)) await handle.datasync()
        for (const { entry, resolve } of group) resolve(entry)
      } catch (error) {
        // A part of a line may be in the file: what followed it could not be read.
        broken ??= { error }
        for (const { reject } of group) reject(error)
      }
    }
    writing = undefined
  }
  const next = (operation: Operation): JournalEntry => {
    last += 1
    return { sequence: last, operation }
  }
  return {
    append: (operation, { durable = false, onPlaced } = {}) =>
      new Promise((resolve, reject) => {
        const entry = next(operation)
        onPlaced?.(entry)
        waiting.push({ entry, durable, resolve, reject })
        writing ??= write()
      }),
    appendNow(operation) {
      if (broken) return
      const lines = [...waiting.map(({ entry }) => entry), next(operation)].map(journalLine)
      waiting = []
      writeSync(handle.fd, lines.join(''))
    },
    async close() {
      await writing
      await handle.datasync()
      await handle.close()
    },
  }
}
