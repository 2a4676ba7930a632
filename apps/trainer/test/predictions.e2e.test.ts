import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkLine } from '@claims/contracts/chain'
import { emptyLedger } from '@claims/contracts'
import { DatabaseLedger, openDatabase } from '@claims/database'
import { ended, startClaims, temporaryFolder, type Folder } from './claims-command.ts'
import { parseCsv } from './parse-csv.ts'
import { runInProcess } from './run-in-process.ts'

const frozen = join(import.meta.dirname, '../../../packages/pipeline/test/bundles/2-boosting')
const [bundle, rows] = [join(frozen, 'bundle'), join(frozen, 'to-score.csv')]

let folder: Folder
let home: string
beforeEach(async () => {
  folder = await temporaryFolder()
  home = folder.at('home')
})
afterEach(() => folder[Symbol.asyncDispose]())

interface Answer {
  readonly code: number
  readonly document: Record<string, unknown>
  readonly stderr: string
}

async function claims(...words: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runInProcess(home, ...words, '--json')
  return { code, document: JSON.parse(stdout) as Record<string, unknown>, stderr }
}

function errorOf({ code, document }: Answer): unknown {
  return [code, (document['error'] as { code: string } | undefined)?.code]
}

async function recordRows(out: string, ...words: readonly string[]): Promise<readonly string[]> {
  const path = folder.at(out)
  const { code } = await claims(
    'score',
    '--bundle',
    bundle,
    '--data',
    rows,
    '--out',
    path,
    '--record',
    ...words,
  )
  expect(code).toBe(0)
  return await idsOf(path)
}

async function idsOf(path: string): Promise<readonly string[]> {
  const { header, rows: lines } = parseCsv(await readFile(path, 'utf8'))
  return lines.map((line) => line[header.indexOf('prediction_id')] ?? '')
}

async function withLedger<T>(work: (ledger: DatabaseLedger) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: join(home, 'claims.sqlite'), create: false })
  try {
    return await work(new DatabaseLedger(database))
  } finally {
    await database.close()
  }
}

/** Lines of every sequence of predictions, whose chains hold. */
async function recordedLines(): Promise<number> {
  return await withLedger(async (ledger) => {
    let lines = 0
    const broken: unknown[] = []
    for (const name of await ledger.names()) {
      if (!name.startsWith('_predictions-')) continue
      let last = emptyLedger
      for (const line of await ledger.read(name)) {
        const { problem, sha256 } = checkLine(line, last)
        if (problem !== null) broken.push([name, problem])
        last = sha256
        lines += 1
      }
    }
    expect(broken).toEqual([])
    return lines
  })
}

/** Whether there is a line yet. */
async function isBegun(): Promise<boolean> {
  return await withLedger((ledger) => ledger.names()).then(
    (names) => names.some((name) => name.startsWith('_predictions-')),
    () => false,
  )
}

describe('records of predictions', () => {
  test('are written by score, shown without anything personal, opened for a reason, and replayed', async () => {
    const ids = await recordRows('scores.csv', '--reasons', '2', '--purpose', 'triage')
    expect(new Set(ids).size).toBe(ids.length)
    expect(await recordedLines()).toBe(ids.length)
    const listed = await claims('predictions', 'list', '--limit', '3')
    expect(listed.document).toMatchObject({
      predictions: [{ purpose: 'triage', model: { version: null }, arm: 'none' }, {}, {}],
      cursor: expect.any(String),
    })
    const shown = await claims('predictions', 'show', ids[0]!)
    expect(shown.document).toMatchObject({ record: { id: ids[0], row: 0 }, sealed: null, erased_at: null })
    expect(JSON.stringify(shown.document)).not.toMatch(/CLM-|CUS-|engine/)
    expect(errorOf(await claims('predictions', 'show', ids[0]!, '--reveal'))).toEqual([2, 'invalid_usage'])
    const revealed = await claims('predictions', 'show', ids[0]!, '--reveal', '--reason', 'request 1')
    expect(revealed.document).toMatchObject({
      sealed: { claim_id: expect.any(String), input: { kind: 'row' } },
    })
    expect(await claims('replay', ids[0]!)).toMatchObject({
      code: 0,
      document: { result: 'exact', differences: [], changed: [] },
    })
    const said = await runInProcess(home, 'replay', ids.at(-1)!.toUpperCase())
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('exact             every value')])
    expect(await withLedger((ledger) => ledger.read('_system'))).toEqual([
      expect.stringContaining('"action":"read_prediction"'),
      expect.stringContaining('"action":"replay_prediction"'),
      expect.stringContaining('"action":"replay_prediction"'),
    ])
    expect(errorOf(await claims('replay', 'x'))).toEqual([2, 'unknown_prediction'])
    const lost = await claims(
      'score',
      '--bundle',
      bundle,
      '--data',
      rows,
      '--out',
      folder.at('x'),
      '--purpose',
      'y',
    )
    expect(errorOf(lost)).toEqual([2, 'invalid_usage'])
  })

  test('are written once for a run with a name, and the second file is the first', async () => {
    const first = await recordRows('first.csv', '--idempotency-key', 'run 7')
    const second = await recordRows('second.csv', '--idempotency-key', 'run 7')
    expect(second).toEqual(first)
    expect(await readFile(folder.at('second.csv'))).toEqual(await readFile(folder.at('first.csv')))
    expect(await recordedLines()).toBe(first.length)
    const other = join(frozen, '../2-logistic')
    const words = [
      '--bundle',
      join(other, 'bundle'),
      '--data',
      join(other, 'to-score.csv'),
      '--out',
      folder.at('z'),
    ]
    const refused = await claims('score', ...words, '--record', '--idempotency-key', 'run 7')
    expect(errorOf(refused)).toEqual([2, 'idempotency_conflict'])
    const same = ['--bundle', bundle, '--data', rows, '--record', '--idempotency-key', 'run 9']
    expect((await claims('score', ...same, '--out', folder.at('nine.csv'))).code).toBe(0)
    for (const facts of [
      ['--purpose', 'other'],
      ['--retention-class', 'long'],
      ['--reasons', '2'],
    ])
      expect(
        errorOf(await claims('score', ...same, ...facts, '--out', folder.at(`${facts[0]!}.csv`))),
      ).toEqual([2, 'idempotency_conflict'])
  })

  test('of a person are exported and erased, and a backup from before does not bring the person back', async () => {
    const ids = await recordRows('scores.csv')
    const words = ['--reason', 'request 9']
    const out = folder.at('person.json')
    const { header, rows: lines } = parseCsv(await readFile(rows, 'utf8'))
    const id = lines[0]![header.indexOf('customer_id')]!
    expect(await claims('subjects', 'export', id, ...words, '--out', out)).toMatchObject({ code: 0 })
    const exported = JSON.parse(await readFile(out, 'utf8')) as { predictions: { personal: object }[] }
    expect(exported.predictions.at(-1)).toMatchObject({
      id: ids[0],
      personal: { subject: { kind: 'column customer_id', id } },
    })
    const backup = folder.at('claims.backup')
    const key = ['--key-file', folder.at('backup.key')]
    expect((await claims('database', 'backup', '--out', backup, ...key, '--new-key')).code).toBe(0)
    const erased = await claims('subjects', 'erase', id, ...words)
    expect(erased).toMatchObject({
      code: 0,
      document: { erased: true, predictions: exported.predictions.length, remains: [] },
    })
    expect(errorOf(await claims('subjects', 'erase', id, ...words))).toEqual([2, 'unknown_subject'])
    expect(await claims('subjects', 'erase', '--prediction', ids[0]!, ...words)).toMatchObject({
      code: 1,
      document: { erased: false },
    })
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([1, 'subject_erased'])
    expect((await claims('predictions', 'show', ids[0]!)).document).toMatchObject({
      erased_at: expect.any(String),
    })
    expect(await claims('replay', ids.at(-1)!)).toMatchObject({ code: 0 })
    expect(await recordedLines()).toBe(ids.length)
    const list = folder.at('erasures.jsonl')
    expect((await claims('subjects', 'erasures', '--out', list)).document).toMatchObject({ erasures: 1 })

    await rm(join(home, 'claims.sqlite'))
    const restore = ['database', 'restore', '--from', backup, ...key]
    expect((await claims(...restore)).document).toMatchObject({ erased: 1, remains: [] })
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([1, 'subject_erased'])
    expect(await claims('replay', ids.at(-1)!)).toMatchObject({ code: 0 })

    // Another machine, which has the master key and no list of its own.
    const other = folder.at('other')
    await cp(join(home, 'registry'), join(other, 'registry'), { recursive: true })
    await cp(join(home, 'master.key'), join(other, 'master.key'))
    home = other
    expect(errorOf(await claims(...restore))).toEqual([2, 'invalid_usage'])
    expect((await claims(...restore, '--erasures', list)).document).toMatchObject({ erased: 1 })
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([1, 'subject_erased'])
    await rm(join(other, 'claims.sqlite'))
    const none = folder.at('none.jsonl')
    await writeFile(none, '')
    const cut = folder.at('cut.jsonl')
    await writeFile(cut, (await readFile(list, 'utf8')).slice(0, -9))
    await rm(join(other, 'erasures.jsonl'), { force: true })
    expect(errorOf(await claims(...restore, '--erasures', none))).toEqual([2, 'invalid_usage'])
    expect(errorOf(await claims(...restore, '--erasures', cut))).toEqual([2, 'unreadable_file'])
    expect((await claims(...restore, '--without-erasures')).document).toMatchObject({ erased: 0 })
    expect(await claims('replay', ids[0]!)).toMatchObject({ code: 0 })
  })

  test('that the index lacks are told by verify, list and export, and found by an erasure', async () => {
    const ids = await recordRows('scores.csv')
    const { header, rows: lines } = parseCsv(await readFile(rows, 'utf8'))
    const id = lines[0]![header.indexOf('customer_id')]!
    const database = await openDatabase({ url: join(home, 'claims.sqlite'), create: false })
    await database.kysely.deleteFrom('predictions').execute()
    await database.close()
    const lacking = expect.stringContaining(`${String(ids.length)} records of _predictions-`)
    expect(await claims('ledger', 'verify')).toMatchObject({ code: 1, document: { index: lacking } })
    expect((await claims('predictions', 'list')).document).toMatchObject({
      predictions: [],
      warning: lacking,
    })
    const out = ['--out', folder.at('person.json')]
    expect(errorOf(await claims('subjects', 'export', id, '--reason', 'x', ...out))).toEqual([
      ...[2, 'damaged_record'],
    ])
    const erased = await claims('subjects', 'erase', id, '--reason', 'x')
    expect(erased.document).toMatchObject({ erased: true })
    expect(erased.document['predictions']).toBeGreaterThan(0)
    expect(await claims('ledger', 'verify')).toMatchObject({ code: 0, document: { index: null } })
  })

  test('ask for the master key: no other is made, and production wants it named', async () => {
    const ids = await recordRows('scores.csv')
    const made = folder.at('made.key')
    expect((await claims('keys', 'make-master', '--out', made)).code).toBe(0)
    expect(errorOf(await claims('keys', 'make-master', '--out', made))).toEqual([2, 'already_exists'])
    const key = join(home, 'master.key')
    const bytes = await readFile(key)
    await rm(key)
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([2, 'wrong_master_key'])
    await cp(made, key)
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([2, 'wrong_master_key'])
    await writeFile(key, bytes)
    expect(await claims('keys', 'rotate-master', '--new-key-file', made)).toMatchObject({ code: 0 })
    expect(errorOf(await claims('replay', ids[0]!))).toEqual([2, 'wrong_master_key'])
    await cp(made, key, { force: true })
    expect(await claims('replay', ids[0]!)).toMatchObject({ code: 0 })
    const production = { CLAIMS_ENVIRONMENT: 'production', CLAIMS_HOME: home }
    const run = await ended(startClaims(folder.path, ['replay', ids[0]!, '--json'], production))
    expect([run.code, run.stdout]).toEqual([2, expect.stringContaining('CLAIMS_MASTER_KEY_FILE')])
  })

  test('survive a kill in the middle, and the same run again completes them', async () => {
    const [header = '', ...lines] = (await readFile(rows, 'utf8')).trimEnd().split('\n')
    const many = folder.at('many.csv')
    const data = Array.from({ length: 6_000 }, (_, i) => lines[i % lines.length])
    await writeFile(many, [header, ...data, ''].join('\n'))
    const words = ['score', '--bundle', bundle, '--data', many, '--out', folder.at('out.csv')]
    const run = [...words, '--record', '--idempotency-key', 'k']
    const child = startClaims(folder.path, run, { CLAIMS_HOME: home })
    const over = ended(child)
    while (!(await isBegun()) && child.exitCode === null) await wait(20)
    child.kill('SIGKILL')
    expect((await over).signal).toBe('SIGKILL')
    const left = await recordedLines()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(6_000)
    expect((await folder.names()).includes('out.csv')).toBe(false)
    expect(await claims(...run)).toMatchObject({ code: 0 })
    expect(await recordedLines()).toBe(6_000)
    const ids = await idsOf(folder.at('out.csv'))
    expect(new Set(ids).size).toBe(6_000)
    expect(await claims('replay', ids[0]!)).toMatchObject({ code: 0 })
  }, 300_000)
})
