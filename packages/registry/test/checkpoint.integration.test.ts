import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyLedger, type Ledger } from '@claims/contracts'
import { chainLines } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'
import {
  checkpointSha256,
  DirectoryLedger,
  openCheckpoint,
  readCheckpointKey,
  readCheckpointPublicKey,
  verifyLedger,
  writeCheckpoint,
  writeNewCheckpointKey,
  type SignedCheckpoint,
} from '@claims/registry'
import { describeDatabases, fill, numberedLines, rewrite, type LedgerDatabase } from './ledger-databases.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const clock = { now: () => new Date('2026-11-29T14:00:00.000Z') }

let folder: string
let count: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-checkpoint-'))
  count = 0
})
afterEach(() => rm(folder, { recursive: true }))

async function sign(ledger: Ledger): Promise<SignedCheckpoint> {
  const out = join(folder, `${String((count += 1))}.json`)
  await writeCheckpoint(ledger, { out, privateKey, actor: 'ada', clock })
  return openCheckpoint(await readFile(out, 'utf8'), publicKey)
}

async function kinds(ledger: Ledger, ...checkpoints: readonly SignedCheckpoint[]): Promise<unknown> {
  const { problems } = await verifyLedger(ledger, { checkpoints })
  return problems.map(({ name, position, kind }) => [name, position, kind])
}

describeDatabases('a checkpoint', (open) => {
  let place: LedgerDatabase
  let ledger: Ledger
  let lines: readonly string[]
  beforeEach(async () => {
    place = await open()
    ledger = place.ledger
    lines = await fill(ledger, 'fraud', 9)
    await fill(ledger, '_predictions-2026-01', 5)
  })
  afterEach(() => place.dispose())

  /** What an attacker who may write to the tables does: rows and heads in agreement. */
  async function forge(name: string, from: number, entries: readonly string[]): Promise<void> {
    await rewrite(place.database, name, { from, entries })
    const last = (await ledger.read(name)).at(-1)
    const heads = place.database.kysely
    if (last === undefined) await heads.deleteFrom('ledger_heads').where('name', '=', name).execute()
    else
      await heads
        .updateTable('ledger_heads')
        .set({ position: (await ledger.read(name)).length, sha256: sha256(last) })
        .where('name', '=', name)
        .execute()
  }

  test('says where each sequence ends, follows the one before, and is recorded', async () => {
    const one = await sign(ledger)
    expect(one).toMatchObject({
      ...{ format_version: 1, created_at: '2026-11-29T14:00:00.000Z', previous_sha256: emptyLedger },
      entries: [
        { name: '_predictions-2026-01', position: 5 },
        { name: 'fraud', position: 9, sha256: sha256(lines[8] ?? '') },
      ],
    })
    const two = await sign(ledger)
    expect(two.previous_sha256).toBe(checkpointSha256(one))
    expect(two.entries.map(({ name, position }) => [name, position])).toEqual([
      ['_predictions-2026-01', 5],
      ['_system', 1],
      ['fraud', 9],
    ])
    expect((await ledger.read('_system')).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        ...{
          time: '2026-11-29T14:00:00.000Z',
          actor: 'ada',
          action: 'checkpoint',
          entries: 14,
          sequences: 2,
        },
        ...{ checkpoint_sha256: checkpointSha256(one), previous_checkpoint_sha256: emptyLedger },
      },
      { checkpoint_sha256: checkpointSha256(two), previous_checkpoint_sha256: checkpointSha256(one) },
    ])
    await ledger.append('fraud', sha256(lines[8] ?? ''), numberedLines(2, sha256(lines[8] ?? ''), 10))
    expect(await kinds(ledger, one, two)).toEqual([])
    expect(await readdir(folder)).toEqual(['1.json', '2.json'])
  })

  test('finds a sequence that was rewritten whole, shortened or removed, although all hashes are right', async () => {
    const checkpoint = await sign(ledger)
    const forged = numberedLines(6, sha256(lines[2] ?? ''), 5)
    await forge('fraud', 4, forged)
    expect(await kinds(ledger)).toEqual([])
    expect(await kinds(ledger, checkpoint)).toEqual([['fraud', 9, 'rewritten_sequence']])
    await forge('fraud', 4, lines.slice(3, 7))
    expect(await kinds(ledger)).toEqual([])
    expect(await kinds(ledger, checkpoint)).toEqual([['fraud', 8, 'shortened_sequence']])
    await forge('fraud', 1, [])
    expect(await kinds(ledger)).toEqual([])
    expect(await kinds(ledger, checkpoint)).toEqual([['fraud', null, 'missing_sequence']])
    await forge('_system', 1, [])
    expect(await kinds(ledger, checkpoint)).toEqual([
      ['_system', null, 'unrecorded_checkpoint'],
      ['fraud', null, 'missing_sequence'],
    ])
  })

  test('finds that a checkpoint between two is no longer recorded', async () => {
    await sign(ledger)
    await sign(ledger)
    const third = await sign(ledger)
    const records = (await ledger.read('_system')).map((line) => JSON.parse(line) as Record<string, unknown>)
    await forge('_system', 1, chainLines([records[0] ?? {}, records[2] ?? {}], emptyLedger))
    expect(await kinds(ledger)).toEqual([['_system', 2, 'unrecorded_checkpoint']])
    expect(await kinds(ledger, third)).toEqual([
      ['_system', 2, 'rewritten_sequence'],
      ['_system', 2, 'unrecorded_checkpoint'],
    ])
  })

  test('is not signed over damage, nor where there is a file', async () => {
    await place.database.kysely
      .updateTable('ledger_entries')
      .set({ entry: '{}' })
      .where('name', '=', 'fraud')
      .where('position', '=', 4)
      .execute()
    await expect(sign(ledger)).rejects.toMatchObject({
      code: 'damaged_ledger',
      problems: [{ field: 'fraud 4', problem: 'its text was changed' }],
    })
    await writeFile(join(folder, '2.json'), 'mine')
    await expect(sign(ledger)).rejects.toMatchObject({ code: 'already_exists' })
    expect(await readdir(folder)).toEqual(['2.json'])
    expect(await ledger.read('_system')).toEqual([])
    const out = join(folder, 'no', 'folder.json')
    await expect(writeCheckpoint(ledger, { out, privateKey, actor: 'ada' })).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })

  test('of several who sign at once, each follows the one that was recorded before', async () => {
    const signed = await Promise.all([sign(ledger), sign(ledger), sign(ledger), sign(ledger)])
    expect((await ledger.read('_system')).length).toBe(4)
    expect(new Set(signed.map((one) => one.previous_sha256)).size).toBe(4)
    expect(await kinds(ledger, ...signed)).toEqual([])
  })
})

test('a checkpoint is checked without the ledger: every change is found', async () => {
  const ledger = new DirectoryLedger(join(folder, 'ledger'))
  await fill(ledger, 'fraud', 3)
  const checkpoint = await sign(ledger)
  const text = JSON.stringify(checkpoint)
  expect(openCheckpoint(text, publicKey)).toEqual(checkpoint)
  const other = generateKeyPairSync('ed25519')
  const refused = (changed: object, key = publicKey): unknown => {
    try {
      return openCheckpoint(JSON.stringify({ ...checkpoint, ...changed }), key)
    } catch (error) {
      return error
    }
  }
  const [entry] = checkpoint.entries
  for (const changed of [
    { created_at: '2026-11-29T14:00:00.001Z' },
    { previous_sha256: 'f'.repeat(64) },
    { entries: [] },
    { entries: [{ ...entry, position: 2 }] },
    { entries: [{ ...entry, name: 'motor' }] },
    { signature: Buffer.alloc(64).toString('base64') },
    { signature: '' },
    { more: 1 },
    { kind: 'other' },
    { public_key: other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
  ])
    expect(refused(changed)).toMatchObject({ code: 'invalid_checkpoint' })
  expect(refused({}, other.publicKey)).toMatchObject({
    code: 'invalid_checkpoint',
    problems: [{ field: 'public_key' }],
  })
  expect(refused({ format_version: 2 })).toMatchObject({ code: 'unsupported_format_version' })
  for (const bad of ['', 'null', '[]', '{}'])
    expect(() => openCheckpoint(bad, publicKey)).toThrow(
      expect.objectContaining({ code: 'invalid_checkpoint' }),
    )
})

test('a key is made once, for its owner, and the public one beside it', async () => {
  const path = join(folder, 'checkpoint.key')
  const made = await writeNewCheckpointKey(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readCheckpointKey(path)).equals(made)).toBe(true)
  expect((await readCheckpointPublicKey(`${path}.pub`)).type).toBe('public')
  await expect(writeNewCheckpointKey(path)).rejects.toMatchObject({ code: 'already_exists' })
  await rm(path)
  await expect(writeNewCheckpointKey(path)).rejects.toMatchObject({ code: 'already_exists' })
  expect(await readdir(folder)).toEqual(['checkpoint.key.pub'])
  await writeNewCheckpointKey(join(folder, 'second'))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(join(folder, 'rsa'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  for (const bad of ['absent', 'rsa', 'checkpoint.key.pub'])
    await expect(readCheckpointKey(join(folder, bad))).rejects.toMatchObject({ code: 'unreadable_file' })
  for (const bad of ['absent', 'rsa', 'second'])
    await expect(readCheckpointPublicKey(join(folder, bad))).rejects.toMatchObject({
      code: 'unreadable_file',
    })
})
