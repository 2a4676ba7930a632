import { openDatabase, DatabaseLedger } from '@claims/database'
import { DirectoryArtifactStore } from '../../src/directory/directory-artifact-store.ts'
import { importDirectory } from '../../src/import/import-directory.ts'

// import-directory.ts DIRECTORY URL BUNDLES: imports a registry in a directory.
const [directory = '', url = '', bundles = ''] = process.argv.slice(2)
const database = await openDatabase({ url })
process.stdout.write('ready\n')
const to = { ledger: new DatabaseLedger(database), artifacts: new DirectoryArtifactStore(bundles) }
await importDirectory({ directory, to, actor: 'ada' })
await database.close()
