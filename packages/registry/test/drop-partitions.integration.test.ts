import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyLedger, type Ledger } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import {
  checkpointSha256,
  DirectoryLedger,
  dropPartitions,
  openCheckpoint,
  verifyLedger,
  writeCheckpoint,
  type PartitionVerdict,
  type SignedCheckpoint,
} from '@claims/registry'
import { describeDatabases, fill, numberedLines, rewrite, type LedgerDatabase } from './ledger-databases.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const clock = { now: () => new Date('2026-11-29T14:00:00.000Z') }
const january = '_predictions-2026-01'
const february = '_predictions-2026-02'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-drop-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function filled(ledger: Ledger): Promise<SignedCheckpoint> {
  for (const name of ['fraud', january, february, '_predictions-2026-11', '_predictions-old'])
    await fill(ledger, name, 4)
  const out = join(folder, 'checkpoint.json')
  await writeCheckpoint(ledger, { out, privateKey, actor: 'ada', clock })
  return openCheckpoint(await readFile(out, 'utf8'), publicKey)
}

function drop(
  ledger: Ledger,
  checkpoint: SignedCheckpoint,
  { before = '2026-11', apply = true } = {},
): Promise<readonly PartitionVerdict[]> {
  return dropPartitions(ledger, { before, checkpoint, actor: 'ada', apply, clock })
}

const last = sha256(numberedLines(4).at(-1) ?? '')

describeDatabases('dropPartitions', (open) => {
  let place: LedgerDatabase
  let ledger: Ledger
  beforeEach(async () => {
    place = await open()
    ledger = place.ledger
  })
  afterEach(() => place.dispose())

  test('tells what it would drop, drops it, records it, and the ledger stays whole', async () => {
    const checkpoint = await filled(ledger)
    const names = await ledger.names()
    const verdicts = (verdict: string): unknown =>
      [january, february].map((name) => ({ name, entries: 4, verdict, reason: null }))
    expect(await drop(ledger, checkpoint, { apply: false })).toEqual(verdicts('droppable'))
    expect(await ledger.names()).toEqual(names)
    expect(await drop(ledger, checkpoint)).toEqual(verdicts('dropped'))
    expect(await ledger.names()).toEqual(['_predictions-2026-11', '_predictions-old', '_system', 'fraud'])
    expect(JSON.parse((await ledger.read('_system')).at(-1) ?? '')).toMatchObject({
      ...{ time: clock.now().toISOString(), actor: 'ada', action: 'drop_sequence' },
      ...{ name: february, position: 4, sha256: last, checkpoint_sha256: checkpointSha256(checkpoint) },
    })
    const report = await verifyLedger(ledger, { checkpoints: [checkpoint] })
    expect(report).toMatchObject({
      whole: true,
      notes: [
        { name: january, kind: 'dropped', message: expect.stringContaining('4 entries') as unknown },
        { name: february, kind: 'dropped' },
      ],
    })
    expect(await drop(ledger, checkpoint)).toEqual([])
    await expect(ledger.append(january, emptyLedger, ['{}'])).rejects.toMatchObject({
      code: 'ledger_dropped',
    })
  })

  test('keeps what the checkpoint lacks, what is damaged, and says why', async () => {
    const checkpoint = await filled(ledger)
    await fill(ledger, '_predictions-2026-03', 2)
    await ledger.append(january, last, numberedLines(3, last, 5))
    await place.database.kysely
      .updateTable('ledger_entries')
      .set({ entry: '{}' })
      .where('name', '=', february)
      .where('position', '=', 2)
      .execute()
    expect(await drop(ledger, checkpoint)).toMatchObject([
      { name: january, verdict: 'kept', reason: 'has 3 entries that the checkpoint lacks' },
      { name: february, verdict: 'kept', reason: `is damaged: ${february}: row 2 its text was changed` },
      { name: '_predictions-2026-03', verdict: 'kept', reason: 'is not in the checkpoint' },
    ])
    await rewrite(place.database, february, { from: 1, entries: numberedLines(4, emptyLedger, 2) })
    const forged = sha256(numberedLines(4, emptyLedger, 2).at(-1) ?? '')
    await place.database.kysely
      .updateTable('ledger_heads')
      .set({ sha256: forged })
      .where('name', '=', february)
      .execute()
    expect((await drop(ledger, checkpoint))[1]).toMatchObject({
      reason: 'is not what the checkpoint says: verify the ledger with it',
    })
  })

  test('of many who drop at once, one does, and the record is there once', async () => {
    const checkpoint = await filled(ledger)
    const all = await Promise.all([1, 2, 3].map(() => drop(ledger, checkpoint, { before: '2026-02' })))
    expect(all.flat().filter(({ verdict }) => verdict === 'dropped')).toHaveLength(1)
    const records = (await ledger.read('_system')).filter((line) => line.includes('drop_sequence'))
    expect(records).toHaveLength(1)
    expect((await verifyLedger(ledger, { checkpoints: [checkpoint] })).problems).toEqual([])
  })

  test('a ledger that is verified while partitions are dropped is whole', async () => {
    const checkpoint = await filled(ledger)
    const [, ...reports] = await Promise.all([
      drop(ledger, checkpoint),
      ...Array.from({ length: 8 }, () => verifyLedger(ledger, { checkpoints: [checkpoint] })),
    ])
    for (const { problems } of reports) expect(problems).toEqual([])
  })

  test('a drop that nobody recorded, a mark that is gone, and rows that came back are found', async () => {
    const checkpoint = await filled(ledger)
    await ledger.drop(january, last)
    const kinds = async (...checkpoints: readonly SignedCheckpoint[]): Promise<unknown> =>
      (await verifyLedger(ledger, { checkpoints })).problems.map(({ name, kind }) => [name, kind])
    expect(await kinds()).toEqual([[january, 'unrecorded_drop']])
    expect(await kinds(checkpoint)).toEqual([
      [january, 'unrecorded_drop'],
      [january, 'missing_sequence'],
    ])
    await place.database.kysely.deleteFrom('ledger_heads').where('name', '=', january).execute()
    await drop(ledger, checkpoint)
    await place.database.kysely.deleteFrom('ledger_heads').where('name', '=', february).execute()
    expect(await kinds()).toEqual([[february, 'missing_mark']])
    await ledger.append(february, emptyLedger, numberedLines(2))
    expect(await kinds()).toEqual([[february, 'restored_rows']])
  })
})

test('in a directory: a drop that a crash left after its record is told, and done the next time', async () => {
  const ledger = new DirectoryLedger(join(folder, 'ledger'))
  const checkpoint = await filled(ledger)
  const before = await readFile(join(folder, 'ledger', january, 'history.jsonl'), 'utf8')
  expect(await drop(ledger, checkpoint, { before: '2026-02' })).toMatchObject([{ verdict: 'dropped' }])
  expect(await verifyLedger(ledger, { checkpoints: [checkpoint] })).toMatchObject({
    whole: true,
    notes: [{ name: january, kind: 'dropped' }],
  })
  // As it is where the process died between the two.
  await writeFile(join(folder, 'ledger', january, 'history.jsonl'), before)
  expect(await verifyLedger(ledger, { checkpoints: [checkpoint] })).toMatchObject({
    whole: true,
    notes: [{ name: january, kind: 'unfinished_drop' }],
  })
  expect(await drop(ledger, checkpoint, { before: '2026-02' })).toMatchObject([{ verdict: 'dropped' }])
  expect((await verifyLedger(ledger)).notes).toMatchObject([{ name: january, kind: 'dropped' }])
})

test('in a directory: a torn line is a note, and a line that was changed a problem', async () => {
  const ledger = new DirectoryLedger(join(folder, 'ledger'))
  const lines = await fill(ledger, 'fraud', 3)
  const path = join(folder, 'ledger', 'fraud', 'history.jsonl')
  await appendFile(path, '{"time":"2026-0')
  expect(await verifyLedger(ledger)).toMatchObject({
    ...{ whole: true, entries: 3 },
    notes: [{ name: 'fraud', position: 4, kind: 'torn_line' }],
  })
  await writeFile(path, `${[lines[0], '{"torn', lines[2]].join('\n')}\n`)
  expect((await verifyLedger(ledger)).problems).toMatchObject([
    { position: 2, kind: 'not_json' },
    { position: 3, kind: 'broken_chain' },
  ])
  await writeFile(path, `\n${lines.join('\n')}\n`)
  expect((await verifyLedger(ledger)).whole).toBe(false)
})

test.each(['2026-12', '2027-01', '2026', '2026-13', 'soon', ''])('refuses the month "%s"', async (before) => {
  const ledger = new DirectoryLedger(join(folder, 'ledger'))
  const checkpoint = await filled(ledger)
  await expect(drop(ledger, checkpoint, { before })).rejects.toMatchObject({ code: 'invalid_parameter' })
})
