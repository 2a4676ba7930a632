import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { LoggedPrediction, PredictionRecord } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import { openContent } from '../src/sealed-content.ts'
import { newDataKey } from '../src/sealing/data-key.ts'
import { masterKey, verifyPlace } from '../src/index.ts'
import { describeKinds, frozen, newInstallation, type Installation } from './installation.ts'

describeKinds('sealed records', (kind) => {
  let installation: Installation
  let ids: readonly string[]
  beforeEach(async () => {
    installation = await newInstallation(kind)
    const { bundle, rows } = frozen('2-logistic')
    ids = (await installation.recordFile(await installation.scorer(bundle), rows)).ids
  })
  afterEach(() => installation.dispose())

  /** Writes a record anew and the whole chain behind it, as one who owns the database can. */
  async function forge(id: string, change: (line: Record<string, unknown>) => object): Promise<void> {
    const { sequence, position } = (await installation.log.find(id))!
    const lines = await installation.ledger.read(sequence)
    const values = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    values[position - 1] = { ...change(values[position - 1]!) }
    const forged = chainLines(values, '0'.repeat(64))
    const { kysely } = installation.database
    for (const [i, entry] of forged.entries())
      await kysely
        .updateTable('ledger_entries')
        .set({ entry, sha256: sha256(entry) })
        .where('name', '=', sequence)
        .where('position', '=', i + 1)
        .execute()
    await kysely
      .updateTable('ledger_heads')
      .set({ sha256: sha256(forged.at(-1)!) })
      .where('name', '=', sequence)
      .execute()
  }

  test('hold nothing personal in the clear, in the record or in the tables', async () => {
    const { kysely } = installation.database
    const tables = JSON.stringify([
      await kysely.selectFrom('ledger_entries').select('entry').execute(),
      await kysely.selectFrom('predictions').selectAll().execute(),
      await kysely.selectFrom('subject_keys').selectAll().execute(),
    ])
    const vault = await installation.vault()
    for (const id of ids.slice(0, 5)) {
      const logged = (await installation.log.find(id))!
      const { input, claim_id, subject } = openContent(await vault.keyOf(logged.record.subject), logged)
      const personal = [claim_id, subject?.id]
      if (input.kind === 'row')
        for (const [name, , value] of input.cells)
          if (/description|amount|customer_id/.test(name)) personal.push(String(value))
      for (const value of personal) if (value != null && value.length > 4) expect(tables).not.toContain(value)
    }
  })

  test.each<[string, (line: Record<string, unknown>, other: Record<string, unknown>) => object]>([
    ['a changed byte of the sealed part', (line) => ({ ...line, sealed: flipped(String(line['sealed'])) })],
    ['the sealed part of another record', (line, other) => ({ ...line, sealed: other['sealed'] })],
    [
      'a score that was changed in the clear',
      (line) => ({ ...line, outcome: { ...(line['outcome'] as object), score: 0.5 } }),
    ],
    ['a purpose that was added later', (line) => ({ ...line, legal_basis: 'Art. 6(1)(f)' })],
    ['a field that was added', (line) => ({ ...line, note: 'x' })],
  ])('do not open with %s, although the chain was written anew', async (_, change) => {
    const other = JSON.parse(
      (await installation.ledger.read((await installation.log.find(ids[1]!))!.sequence))[1]!,
    ) as Record<string, unknown>
    await forge(ids[0]!, (line) => change(line, other))
    await verifyPlace(installation.ledger, (await installation.log.find(ids[0]!))!)
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'damaged_record' })
    expect(await installation.replay(ids[1]!)).toMatchObject({ exact: true })
  })

  test('do not open for another subject', async () => {
    const other = (await installation.log.find(ids[1]!))!.record.subject
    await forge(ids[0]!, (line) => ({ ...line, subject: other }))
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'damaged_record' })
  })

  test('do not open where the wrapped keys of two subjects were exchanged', async () => {
    const [one, two] = await Promise.all(
      [ids[0]!, ids[1]!].map(async (id) => (await installation.log.find(id))!.record.subject),
    )
    const [key] = await installation.store.find({ subjects: [two!] })
    await installation.store.rewrap([{ subject: one!, wrapped: key!.wrapped, master: key!.master }])
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'damaged_record' })
  })

  test('a line that was changed without its chain is found by its neighbours', async () => {
    const { sequence, position } = (await installation.log.find(ids[2]!))!
    const { kysely } = installation.database
    const at = kysely.updateTable('ledger_entries').where('name', '=', sequence)
    const entry = (await installation.ledger.read(sequence))[position - 1]!
    await at
      .set({ entry: entry.replace('"legal_basis":null', '"legal_basis":"x"') })
      .where('position', '=', position)
      .execute()
    await expect(installation.replay(ids[2]!)).rejects.toMatchObject({ code: 'damaged_record' })
    await expect(installation.replay(ids[3]!)).rejects.toMatchObject({ code: 'damaged_record' })
    expect(await installation.replay(ids[5]!)).toMatchObject({ exact: true })
    await at.set({ entry: 'no JSON' }).where('position', '=', position).execute()
    await expect(installation.log.find(ids[2]!)).rejects.toMatchObject({ code: 'damaged_record' })
  })

  test('an index that names another line is told, and made again', async () => {
    const { kysely } = installation.database
    const [one, two] = [(await installation.log.find(ids[0]!))!, (await installation.log.find(ids[1]!))!]
    await kysely.deleteFrom('predictions').where('id', '=', ids[1]!).execute()
    await kysely
      .updateTable('predictions')
      .set({ position: two.position })
      .where('id', '=', ids[0]!)
      .execute()
    await expect(installation.log.find(ids[0]!)).rejects.toMatchObject({
      ...{ code: 'damaged_record', problems: [{ allowed: expect.stringContaining('predictions reindex') }] },
    })
    expect(await installation.log.reindex()).toMatchObject({ corrected: 2 })
    expect(await installation.log.find(ids[0]!)).toEqual(one)
    expect(await installation.log.find(ids[1]!)).toEqual(two)
  })

  test('another master key opens nothing, and records nothing', async () => {
    const foreign = masterKey(randomBytes(32))
    await expect(installation.vault(foreign)).rejects.toMatchObject({
      code: 'wrong_master_key',
      message: expect.stringContaining(foreign.name),
    })
    expect(() => masterKey(randomBytes(31))).toThrow(expect.objectContaining({ code: 'wrong_master_key' }))
  })

  test('a record of a newer format is named as such', async () => {
    await forge(ids[0]!, (line) => ({ ...line, format_version: 2, sealed: { other: true } }))
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'unsupported_format_version' })
    await expect(installation.log.list({ limit: 1000 })).rejects.toMatchObject({
      code: 'unsupported_format_version',
    })
    expect(await installation.log.reindex()).toMatchObject({ corrected: 0, unreadable: 0 })
  })
})

describe('openContent', () => {
  test('refuses what is too short to be sealed', () => {
    const { key } = newDataKey(masterKey(new Uint8Array(32)), { subject: 'a', kind: 'b', lookup: null })
    const logged = { record: { id: 'x', sealed: '' } as PredictionRecord, written: {} } as LoggedPrediction
    expect(() => openContent(key, logged)).toThrow(expect.objectContaining({ code: 'damaged_record' }))
  })
})

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[20] = bytes[20]! ^ 1
  return bytes.toString('base64')
}
