import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeLedgerWatch } from '@claims/contracts/testing'
import { DirectoryLedger, watchDirectory } from '@claims/registry'

describeLedgerWatch('directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'claims-watch-'))
  const place = join(root, 'registry')
  return {
    watch: watchDirectory(place, { pollMilliseconds: 20 }),
    ledger: new DirectoryLedger(place),
    other: new DirectoryLedger(place),
    dispose: () => rm(root, { recursive: true }),
  }
})
