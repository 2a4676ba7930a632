import { createHash } from 'node:crypto'
import type { Operation } from './operation.ts'
import { readJson, writeJson } from './spool-json.ts'

/** An operation with its place in the journal, from 1. */
export interface JournalEntry {
  readonly sequence: number
  readonly operation: Operation
}

/** An entry that was read, with where its line ends in the file. */
export interface PlacedEntry extends JournalEntry {
  readonly end: number
}

/** A line of the journal: the first 16 hexadecimal digits of the SHA-256 of the rest, a space, and the entry. */
export function journalLine(entry: JournalEntry): string {
  const json = writeJson(entry)
  return `${checksum(json)} ${json}\n`
}

/** Reads a line without its end; `undefined` for one that is damaged. */
export function readJournalLine(line: string): JournalEntry | undefined {
  const json = line.slice(17)
  if (line[16] !== ' ' || checksum(json) !== line.slice(0, 16)) return undefined
  // The checksum says that this program wrote it.
  return readJson(json) as JournalEntry
}

const checksum = (json: string): string => createHash('sha256').update(json).digest('hex').slice(0, 16)
