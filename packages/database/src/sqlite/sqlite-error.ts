import type { FoundFailure } from '../found-failure.ts'

/** SQLite's result codes (sqlite.org/rescode.html) that say something about the machine or the file. */
const failures: ReadonlyMap<number, FoundFailure> = new Map<number, FoundFailure>([
  [3, { code: 'database_refused', problem: 'may not be read or written' }],
  [5, { code: 'database_unavailable', problem: 'is being written by another process', again: true }],
  [6, { code: 'database_unavailable', problem: 'is locked', again: true }],
  [8, { code: 'database_refused', problem: 'may only be read' }],
  [10, { code: 'database_unavailable', problem: 'cannot be read or written by the system' }],
  [11, { code: 'damaged_database', problem: 'is damaged' }],
  [13, { code: 'database_unavailable', problem: 'cannot grow: the disk is full' }],
  [14, { code: 'database_refused', problem: 'cannot be opened' }],
  [15, { code: 'database_unavailable', problem: 'is being recovered by another process', again: true }],
  [23, { code: 'database_refused', problem: 'may not be read or written' }],
  [26, { code: 'damaged_database', problem: 'is no database of SQLite' }],
])

/** What an error of `node:sqlite` says about the database, or undefined where it is about a statement. */
export function sqliteFailure(error: object): FoundFailure | undefined {
  if (!('errcode' in error) || typeof error.errcode !== 'number') return undefined
  // The lower byte is the kind, the others its detail.
  const found = failures.get(error.errcode & 0xff)
  if (found !== undefined) return found
  return /^no such (?:table|column)/.test('message' in error ? String(error.message) : '')
    ? { code: 'database_outdated', problem: 'lacks a table or a column' }
    : undefined
}
