import { randomBytes } from 'node:crypto'
import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { noteInLedger } from '@claims/database'
import {
  accessLog,
  erasureFile,
  eraseSubjects,
  exportSubject,
  findSubject,
  makeMasterKey,
  masterKey,
  readErasureFile,
  readErasures,
  readMasterKey,
  rotateMasterKey,
  SubjectVault,
  type Identity,
} from '../src/index.ts'
import { rewrapDataKey } from '../src/sealing/data-key.ts'
import { describeKinds, frozen, newInstallation, type Installation } from './installation.ts'

const customer = (id: string): Identity => ({ kind: 'column customer_id', id })

describeKinds('subjects', (kind) => {
  let installation: Installation
  beforeEach(async () => {
    installation = await newInstallation(kind)
  })
  afterEach(() => installation.dispose())

  const record = async (): Promise<readonly string[]> => {
    const { bundle, rows } = frozen('2-logistic')
    return (await installation.recordFile(await installation.scorer(bundle), rows)).ids
  }
  const subjectOf = async (id: string): Promise<string> => (await installation.log.find(id))!.record.subject
  const list = () => erasureFile(join(installation.folder, 'erasures.jsonl'))
  const erase = async (...subjects: string[]) =>
    await eraseSubjects(installation.store, subjects, { actor: 'ada', reason: 'request 7', list: list() })
  const access = () =>
    accessLog((entry) => noteInLedger(installation.database, '_system', entry), {
      ...{ actor: 'ada', reason: 'request 8' },
    })

  test('one person is one subject, whatever the letters of the id, and nobody gets one of their own', async () => {
    const vault = await installation.vault()
    const ids = ['C-1', 'c-1', 'Zoë', 'Zoe\u0308', '日本', 'a'.repeat(10_000), '\ud800', '\ud801', 'x","y']
    const first = await vault.subjectsOf([...ids.map(customer), ...ids.map(customer), null, null])
    const names = first.map(({ subject }) => subject)
    expect(names.slice(0, ids.length)).toEqual(names.slice(ids.length, 2 * ids.length))
    expect(new Set(names).size).toBe(ids.length + 2)
    const again = await (await installation.vault()).subjectsOf(ids.map(customer))
    expect(again.map(({ subject }) => subject)).toEqual(names.slice(0, ids.length))
    expect((await findSubject(vault, 'Zoë')).subject).toBe(names[2])
    await expect(findSubject(vault, '')).rejects.toMatchObject({ code: 'unknown_subject' })
    await expect(findSubject(vault, 'C-1', 'claim_id')).rejects.toMatchObject({ code: 'unknown_subject' })
  })

  test('an id is taken as it stands in a file, and as reading leaves it', async () => {
    const vault = await installation.vault()
    const [zoe, row] = await vault.subjectsOf([customer('Zo\u00eb'), customer(' 7 ')])
    for (const id of ['Zo\u00eb', ' Zoe\u0308\u00a0', '="Zo\u00eb"'])
      expect((await findSubject(vault, id)).subject).toBe(zoe!.subject)
    expect((await findSubject(vault, ' 7 ')).subject).toBe(row!.subject)
  })

  test('the row of a key under the name of another person hands out and erases nothing', async () => {
    const vault = await installation.vault()
    const [one, two] = await vault.subjectsOf(['A', 'B'].map(customer))
    const rows = await installation.store.find({ subjects: [one!.subject, two!.subject] })
    const { kysely } = installation.database
    const set = async (subject: string, lookup: string | null): Promise<unknown> =>
      await kysely.updateTable('subject_keys').set({ lookup }).where('subject', '=', subject).execute()
    for (const { subject } of rows) await set(subject, null)
    await set(rows[0]!.subject, rows[1]!.lookup)
    await set(rows[1]!.subject, rows[0]!.lookup)
    for (const id of ['A', 'B'])
      await expect(findSubject(vault, id)).rejects.toMatchObject({ code: 'damaged_record' })
    await expect(vault.keyOf(one!.subject)).rejects.toMatchObject({ code: 'damaged_record' })
  })

  test('records that the index lacks are not left out of an export', async () => {
    const ids = await record()
    const subject = await subjectOf(ids[0]!)
    const parts = { log: installation.log, vault: await installation.vault(), access: access() }
    const { kysely } = installation.database
    await kysely.deleteFrom('predictions').where('subject', '=', subject).execute()
    await expect(exportSubject(subject, parts)).rejects.toThrow(/lacks \d+ records of _predictions-/)
    await installation.log.reindex()
    await kysely
      .updateTable('predictions')
      .set({ subject: await subjectOf(ids.at(-1)!) })
      .where('id', '=', ids[0]!)
      .execute()
    await expect(exportSubject(subject, parts)).rejects.toMatchObject({ code: 'damaged_record' })
    await installation.log.reindex()
    expect(await exportSubject(subject, parts)).not.toEqual([])
  })

  test('a key that is gone without an erasure is damage, and no erasure', async () => {
    const ids = await record()
    const subject = await subjectOf(ids[0]!)
    await installation.database.kysely
      .updateTable('subject_keys')
      .set({ wrapped: null, lookup: null, destroyed_at: '2026-11-01T00:00:00.000Z' })
      .where('subject', '=', subject)
      .execute()
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({
      ...{ code: 'damaged_record', message: expect.stringContaining('no erasure is recorded') },
    })
  })

  test('an id that stands for people in two columns is asked about', async () => {
    const vault = await installation.vault()
    await vault.subjectsOf([customer('1'), { kind: 'column garage', id: '1' }])
    await expect(findSubject(vault, '1')).rejects.toMatchObject({ code: 'invalid_usage' })
    expect((await findSubject(vault, '1', 'garage')).kind).toBe('column garage')
  })

  test('of many that meet somebody for the first time at once, all seal under one key', async () => {
    const vaults = await Promise.all([installation.vault(), installation.vault(), installation.vault()])
    const met = await Promise.all(vaults.map((vault) => vault.subjectsOf(['a', 'b', 'a', 'c'].map(customer))))
    expect(new Set(met.map((subjects) => subjects.map(({ subject }) => subject).join())).size).toBe(1)
  })

  test('who was erased is gone for show, export and replay, while the chain and all others stay', async () => {
    const ids = await record()
    const subject = await subjectOf(ids[0]!)
    const before = await installation.ledger.read((await installation.log.find(ids[0]!))!.sequence)
    const parts = { log: installation.log, vault: await installation.vault(), access: access() }
    const exported = await exportSubject(subject, parts)
    expect(exported.map(({ content }) => content.subject?.id)).toEqual(
      exported.map(() => exported[0]!.content.subject!.id),
    )
    const id = exported[0]!.content.subject!.id
    const erased = await erase(subject)
    expect(erased).toMatchObject({ subjects: [subject], predictions: exported.length })
    expect(await erase(subject)).toMatchObject({ subjects: [], predictions: 0, remains: [] })
    await expect(installation.replay(ids[0]!)).rejects.toMatchObject({ code: 'subject_erased' })
    await expect(exportSubject(subject, parts)).rejects.toMatchObject({ code: 'subject_erased' })
    await expect(findSubject(parts.vault, id)).rejects.toMatchObject({ code: 'unknown_subject' })
    expect((await installation.log.find(ids[0]!))?.record.id).toBe(ids[0])
    const { sequence } = (await installation.log.find(ids[0]!))!
    expect(await installation.ledger.read(sequence)).toEqual(before)
    const other = ids[ids.length - 1]!
    expect(await subjectOf(other)).not.toBe(subject)
    expect(await installation.replay(other)).toMatchObject({ exact: true })
    expect(await installation.told()).toMatchObject([
      { action: 'export_subject', actor: 'ada', reason: 'request 8', subject },
      { action: 'erase_subject', actor: 'ada', reason: 'request 7', subject, predictions: exported.length },
      { action: 'replay_prediction' },
    ])
    expect(await readErasures(installation.ledger)).toMatchObject([{ subject }])
    const again = await record()
    expect(await subjectOf(again[0]!)).not.toBe(subject)
    expect(await installation.replay(again[0]!)).toMatchObject({ exact: true })
  })

  test('who is erased while rows are sealed gets a new key, so that nothing is sealed for nobody', async () => {
    const { bundle, rows } = frozen('2-logistic')
    const scorer = await installation.scorer(bundle)
    const { ids } = await installation.recordFile(scorer, rows)
    const subject = await subjectOf(ids[0]!)
    const append = installation.log.append.bind(installation.log)
    let calls = 0
    installation.log.append = async (records) => {
      calls += 1
      // Between sealing and storing.
      if (calls === 1) await erase(subject)
      return await append(records)
    }
    const second = await installation.recordFile(scorer, rows)
    expect(await installation.replay(second.ids[0]!)).toMatchObject({ exact: true })
    expect(await subjectOf(second.ids[0]!)).not.toBe(subject)
  })

  test('a run with an idempotency key is recorded once, and another one under it is refused', async () => {
    const { bundle, rows } = frozen('2-boosting')
    const scorer = await installation.scorer(bundle)
    const first = await installation.recordFile(scorer, rows, 'november')
    expect((await installation.recordFile(scorer, rows, 'november')).ids).toEqual(first.ids)
    const other = join(installation.folder, 'other.csv')
    await appendFile(other, (await readFile(rows, 'utf8')).replace(/\d{3,}\.\d\d/, '777.77'))
    await expect(installation.recordFile(scorer, other, 'november')).rejects.toMatchObject({
      code: 'idempotency_conflict',
    })
    const lines = await installation.ledger.read((await installation.log.find(first.ids[0]!))!.sequence)
    expect(lines).toHaveLength(first.ids.length)
  })

  test('a row of a megabyte is recorded in pieces and made again', async () => {
    const { bundle, rows } = frozen('2-boosting')
    const scorer = await installation.scorer(bundle)
    const text = randomBytes(1_000_000).toString('base64').replaceAll(/[+/=]/g, ' ')
    const large = join(installation.folder, 'large.csv')
    const [header = '', ...lines] = (await readFile(rows, 'utf8')).trimEnd().split('\n')
    const described = lines.slice(0, 3).map((line) => line.replace(/"[^"]*"/, `"${text}"`))
    await appendFile(large, [header, ...described].join('\n'))
    const { ids } = await installation.recordFile(scorer, large)
    for (const id of ids)
      expect(await installation.replay(id)).toMatchObject({ exact: true, differences: [] })
    const { record } = (await installation.log.find(ids[0]!))!
    expect(record.sealed.length).toBeGreaterThan(900_000)
  })

  test('another master key takes over, also where it was stopped in between', async () => {
    const ids = await record()
    const to = masterKey(randomBytes(32))
    const { store, master } = installation
    // Stopped after some keys.
    await store.rewrap(
      (await store.page('', 7)).map(({ subject, kind, lookup, wrapped }) => ({
        ...{ subject, master: to.name },
        wrapped: rewrapDataKey(master, to, { subject, kind, lookup, wrapped: wrapped! }),
      })),
    )
    expect(await rotateMasterKey(store, master, to)).toBeGreaterThan(0)
    expect(await rotateMasterKey(store, master, to)).toBe(0)
    await expect(installation.vault()).rejects.toMatchObject({ code: 'wrong_master_key' })
    const vault = await installation.vault(to)
    const subject = await subjectOf(ids[0]!)
    expect(await exportSubject(subject, { log: installation.log, vault, access: access() })).not.toEqual([])
  })
})

describe('the file of a master key', () => {
  test('is made once, whole, for its owner alone', async () => {
    const installation = await newInstallation('sqlite')
    const path = join(installation.folder, 'master.key')
    const made = await Promise.all(Array.from({ length: 6 }, () => makeMasterKey(path)))
    expect(made.filter((each) => each.made)).toHaveLength(1)
    expect(new Set(made.map(({ key }) => key.name)).size).toBe(1)
    expect((await readMasterKey(path)).name).toBe(made[0]!.key.name)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await expect(readMasterKey(join(installation.folder, 'none'))).rejects.toMatchObject({
      code: 'wrong_master_key',
    })
    await appendFile(path, 'x')
    await expect(makeMasterKey(path)).rejects.toMatchObject({ code: 'wrong_master_key' })
    expect(await SubjectVault.isUsed(installation.store)).toBe(false)
    await installation.dispose()
  })
})

describe('the list of erasures', () => {
  test('is refused where it is cut off, and where a line is none', async () => {
    const installation = await newInstallation('sqlite')
    const path = join(installation.folder, 'erasures.jsonl')
    await erasureFile(path).add([], new Date())
    expect(await readErasureFile(path)).toEqual([])
    await erasureFile(path).add(['a'.repeat(32), 'b'.repeat(32)], new Date())
    expect(await readErasureFile(path)).toEqual(['a'.repeat(32), 'b'.repeat(32)])
    await appendFile(path, '{"format_version":1,"subj')
    await expect(readErasureFile(path)).rejects.toThrow('cut off')
    await appendFile(path, '\n')
    await expect(readErasureFile(path)).rejects.toMatchObject({ code: 'unreadable_file' })
    await installation.dispose()
  })
})
