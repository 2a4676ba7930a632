import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseDocumentStore, DatabaseLedger, migrate, openDatabase, type Database } from '@claims/database'
import { LedgerModelRegistry } from '@claims/registry'
import { describeModelRegistry } from '@claims/registry/testing'
import { describeUnless } from '@claims/servers/describe-unless'
import { missingPostgres, newPostgresDatabase } from '@claims/servers/postgres'
import { MemoryArtifactStore } from './memory-ports.ts'

for (const kind of ['sqlite', 'postgres'] as const)
  describeUnless(kind === 'postgres' ? missingPostgres() : undefined, `a ledger in ${kind}`, () => {
    describeModelRegistry(kind, async (clock) => {
      const folder = await mkdtemp(join(tmpdir(), 'claims-ledger-'))
      const server = kind === 'postgres' ? await newPostgresDatabase() : undefined
      const url = server?.url ?? join(folder, 'claims.sqlite')
      const [one, other] = [await openDatabase({ url }), await openDatabase({ url })]
      await migrate(one)
      const parts = { artifacts: new MemoryArtifactStore(), clock }
      const registryOn = (database: Database): LedgerModelRegistry =>
        new LedgerModelRegistry({
          ...parts,
          ledger: new DatabaseLedger(database),
          documents: new DatabaseDocumentStore(database),
        })
      return {
        registry: registryOn(one),
        other: registryOn(other),
        dispose: async () => {
          await one.close()
          await other.close()
          await server?.drop()
          await rm(folder, { recursive: true })
        },
      }
    })
  })
