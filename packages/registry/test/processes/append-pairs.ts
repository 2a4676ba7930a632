import { createHash } from 'node:crypto'
import { emptyLedger } from '@claims/contracts'
import { DirectoryLedger } from '@claims/registry'

const [root = ''] = process.argv.slice(2)
const ledger = new DirectoryLedger(root)
for (;;) {
  const lines = await ledger.read('fraud')
  const last = lines.at(-1)
  const after = last === undefined ? emptyLedger : createHash('sha256').update(last).digest('hex')
  const first = String(lines.length)
  if (await ledger.append('fraud', after, [`approved ${first}`, `promoted ${first}`]))
    process.stdout.write(`${first}\n`)
}
