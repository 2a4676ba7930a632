import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase } from '@claims/servers/postgres'
import { openDatabase, type Database, type DatabaseKind } from '@claims/database'

/** Both kinds. */
export const kinds: readonly DatabaseKind[] = ['sqlite', 'postgres']

/** A place for one test, without tables. */
export interface Place {
  readonly url: string
  /** Opens it as another process would; closed with the place. */
  open(): Promise<Database>
  dispose(): Promise<void>
}

/** An empty database of a kind. */
export async function newPlace(kind: DatabaseKind): Promise<Place> {
  const opened: Database[] = []
  const place = kind === 'sqlite' ? await newFile() : await newPostgresDatabase()
  const { url } = place
  return {
    url,
    open: async () => {
      const database = await openDatabase({ url })
      opened.push(database)
      return database
    },
    dispose: async () => {
      for (const database of opened) await database.close()
      await place.drop()
    },
  }
}

/** Declares the same tests for both kinds; those on PostgreSQL where there is a server. */
export function describeKinds(title: string, body: (kind: DatabaseKind) => void): void {
  for (const kind of kinds)
    describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `${title}, ${kind}`, () => {
      body(kind)
    })
}

async function newFile(): Promise<{ url: string; drop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'claims-database-'))
  return {
    url: join(directory, 'claims.sqlite'),
    drop: () => rm(directory, { recursive: true, force: true }),
  }
}
