import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openDatabase } from '@claims/database'
import { schemaText } from '../schema-text.ts'

// Run: pnpm run schema
const directory = await mkdtemp(join(tmpdir(), 'claims-schema-'))
const database = await openDatabase({ url: join(directory, 'claims.sqlite') })
try {
  await migrate(database)
  await writeFile(join(import.meta.dirname, '../../src/schema.ts'), await schemaText(database))
} finally {
  await database.close()
  await rm(directory, { recursive: true })
}
