import { writeSync } from 'node:fs'
import { emptyLedger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger, openDatabase } from '@claims/database'

// append-pairs.ts URL NAME WRITER COUNT: appends pairs of entries to the ledger, each naming the entry before it, until it
// has appended COUNT. It says each pair that was answered yes.
const [url = '', name = '', writer = '', count = ''] = process.argv.slice(2)
const database = await openDatabase({ url })
const ledger = new DatabaseLedger(database)
writeSync(1, 'ready\n')
for (let n = 0; n < Number(count);) {
  const last = (await ledger.read(name)).at(-1)
  const after = last === undefined ? emptyLedger : sha256(last)
  const first = JSON.stringify({ writer, n, part: 1, after })
  const second = JSON.stringify({ writer, n, part: 2, after: sha256(first) })
  if (!(await ledger.append(name, after, [first, second]))) continue
  writeSync(1, `${n}\n`)
  n += 1
}
await database.close()
