import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyLedger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import { DatabaseLedger, openDatabase } from '@claims/database'
import { dropPartitions, writeCheckpoint } from '@claims/registry'

/** Fills a month, signs, drops the month, and begins anew with the next, until it is killed. */
const [url = '', folder = '', first = '0'] = process.argv.slice(2)
const privateKey = createPrivateKey(readFileSync(join(folder, 'key')))
const ledger = new DatabaseLedger(await openDatabase({ url }))
for (let n = Number(first); ; n += 1) {
  const name = `_predictions-${String(1000 + n)}-01`
  await ledger.append(name, emptyLedger, chainLines([{ n: 1 }, { n: 2 }], emptyLedger))
  const history = await ledger.read('fraud')
  const last = history.at(-1)
  const after = last === undefined ? emptyLedger : sha256(last)
  await ledger.append('fraud', after, chainLines([{ n }], after))
  const out = join(folder, `${first}-${String(n)}.json`)
  const { checkpoint } = await writeCheckpoint(ledger, { out, privateKey, actor: 'ada' })
  process.stdout.write('signed\n')
  await dropPartitions(ledger, { before: '2026-01', checkpoint, actor: 'ada', apply: true })
}
