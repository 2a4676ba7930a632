import { openDatabase, DatabaseLedger } from '@claims/database'
import { DirectoryArtifactStore, importDirectory } from '@claims/registry'

// import-directory.ts DIRECTORY URL BUNDLES: imports a registry in a directory.
const [directory = '', url = '', bundles = ''] = process.argv.slice(2)
const database = await openDatabase({ url })
process.stdout.write('ready\n')
const to = { ledger: new DatabaseLedger(database), artifacts: new DirectoryArtifactStore(bundles) }
await importDirectory({ directory, to })
await database.close()
