import { createReadStream, existsSync } from 'node:fs'
import { sql } from 'kysely'
import { toClaimsError } from '@claims/contracts'
import type { Database } from '../database.ts'

/**
 * Removes what the database may still hold of bytes that were deleted from a table, and looks whether it does.
 *
 * SQLite overwrites what is deleted (`secure_delete`), its log is emptied into the file, and file and log are searched for
 * the bytes; where a page that was split kept a copy, the file is written anew. PostgreSQL gives pages free.
 *
 * @param traces byte strings that are not to be found any more
 * @returns where they may be left, in words; empty where they were searched for and are gone
 */
export async function removeTraces(
  database: Database,
  traces: readonly Uint8Array[],
): Promise<readonly string[]> {
  if (traces.length === 0) return []
  return database.kind === 'sqlite'
    ? await removeFromFile(database, traces)
    : await removeFromServer(database)
}

async function removeFromFile(
  { kysely, place }: Database,
  traces: readonly Uint8Array[],
): Promise<readonly string[]> {
  const files = [place, `${place}-wal`]
  const found = async (): Promise<string[]> => {
    await sql`pragma wal_checkpoint(truncate)`.execute(kysely)
    const holding: string[] = []
    for (const file of files) if (existsSync(file) && (await holds(file, traces))) holding.push(file)
    return holding
  }
  if ((await found()).length === 0) return []
  let why = ''
  try {
    await sql`vacuum`.execute(kysely)
  } catch (error) {
    why = `: ${toClaimsError(error).message}`
  }
  const left = await found()
  return left.map(
    (file) => `${file}, until nobody reads it any more and the product erases again or runs VACUUM${why}`,
  )
}

async function removeFromServer({ kysely }: Database): Promise<readonly string[]> {
  let vacuumed = 'was vacuumed'
  try {
    await sql`vacuum subject_keys`.execute(kysely)
  } catch (error) {
    vacuumed = `could not be vacuumed (${toClaimsError(error).message})`
  }
  return [
    `the server: the table subject_keys ${vacuumed}, its pages may hold the bytes until they are used again or VACUUM FULL subject_keys wrote them anew`,
    'the write-ahead log of the server, its replicas and archives, until they are recycled',
  ]
}

/** Whether a file holds one of some byte strings, read in pieces. */
async function holds(file: string, traces: readonly Uint8Array[]): Promise<boolean> {
  const longest = Math.max(...traces.map(({ byteLength }) => byteLength))
  let held = Buffer.alloc(0)
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 22 }) as AsyncIterable<Buffer>) {
    const joined = Buffer.concat([held, piece])
    if (traces.some((trace) => joined.indexOf(trace) >= 0)) return true
    held = joined.subarray(-longest)
  }
  return false
}
