import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClaimsError } from '@claims/contracts'
import { isSystemError, systemCode } from '@claims/contracts/files'
import { lockMilliseconds } from '../database-settings.ts'
import { requireLocalFiles } from './require-local-files.ts'

/** A file of SQLite that is open. */
export interface SqliteFile {
  readonly database: DatabaseSync
  /**
   * Refuses a file that was deleted or replaced: what is open would go on to be read and written, and nobody else would
   * see it.
   *
   * @throws ClaimsError `database_unavailable`
   */
  readonly requireSameFile: () => void
}

/**
 * Opens a file of SQLite.
 *
 * @param path absolute
 * @param create whether it is made where it is absent, readable by its owner alone
 * @throws ClaimsError `file_not_found` where it is absent and not made; `database_refused` on a file system of a network, or where the file cannot be made
 */
export function openSqlite(path: string, create: boolean): SqliteFile {
  requireLocalFiles(path)
  if (create) makeFile(path)
  else requireFile(path)
  const database = new DatabaseSync(path)
  try {
    // What another process left is recovered now, or by another starter.
    database.exec('pragma busy_timeout = 1000')
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    // What is deleted is overwritten: a key that was destroyed is not found in the file.
    database.exec('pragma secure_delete = on')
    // macOS alone: a flush that reaches the medium.
    database.exec('pragma fullfsync = on')
    database.exec('pragma foreign_keys = on')
    database.exec(`pragma busy_timeout = ${lockMilliseconds.sqlite}`)
    const opened = identity(path)
    return {
      database,
      requireSameFile: () => {
        requireIdentity(path, opened)
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Names a file for as long as it exists; undefined where there is none. */
function identity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}

function requireIdentity(path: string, opened: string | undefined): void {
  const now = identity(path)
  if (now === opened) return
  const problem = now === undefined ? 'was deleted while it was open' : 'was replaced while it was open'
  throw new ClaimsError('database_unavailable', `The database ${path} ${problem}`, {
    problems: [
      { field: 'database', problem, allowed: 'the file that was opened, or a new start of the program' },
    ],
  })
}

function requireFile(path: string): void {
  if (existsSync(path)) return
  throw new ClaimsError('file_not_found', `There is no database ${path}`, {
    problems: [
      { field: 'database', problem: 'does not exist', allowed: 'a database after claims database migrate' },
    ],
  })
}

function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    // SQLite gives its other files the rights of this one.
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    // What may only be read is opened, and says so when it is written.
    if (isSystemError(error, 'EACCES', 'EROFS', 'EPERM')) return
    const problem = `cannot be opened (${systemCode(error)})`
    throw new ClaimsError('database_refused', `The database ${path} ${problem}`, {
      cause: error,
      problems: [{ field: 'database', problem, allowed: 'a file, or a name that is free' }],
    })
  }
}
