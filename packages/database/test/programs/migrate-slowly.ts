import { writeSync } from 'node:fs'
import { migrate, openDatabase } from '@claims/database'
import { slowMigrations } from '../slow-migrations.ts'

// migrate-slowly.ts URL: says `ready`, and migrates.
const database = await openDatabase({ url: process.argv[2] ?? '' })
writeSync(1, 'ready\n')
await migrate(database, { migrations: slowMigrations })
writeSync(1, 'migrated\n')
await database.close()
