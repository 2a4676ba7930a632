import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import { createOutputLedger } from '@claims/ingestion'
import { openBundle } from '@claims/registry'
import { evaluateFile, scoreFile, train, writeFileAtomic } from '../src/index.ts'
import { loadScorer } from '@claims/scoring'

const frozen = join(import.meta.dirname, 'bundles', '0.1')
let folder = ''
let data = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-outputs-'))
  await cp(join(frozen, 'bundle'), at('bundle'), { recursive: true })
  await cp(join(frozen, 'to-score.csv'), at('data.csv'))
  data = await readFile(at('data.csv'), 'utf8')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const refused = { code: 'output_refused' }

describe('an entry refuses before it reads', () => {
  test('train: a name that the system refuses is bad input, no defect', async () => {
    const options = { data: at('absent.csv'), by: { blueprint: claims }, out: at('a'.repeat(300)) }
    await expect(train({ ...options, seed: 1, threads: 1 })).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })

  test('scoreFile: the input, a file that holds something, a place within the bundle', async () => {
    const scorer = await loadScorer(await openBundle(at('bundle')), { threads: 1 })
    try {
      const score = (out: string, more = {}): Promise<unknown> =>
        scoreFile(scorer, { data: at('data.csv'), out, reasons: 0, ...more })
      await expect(score(at('data.csv'), { output: { overwrite: true } })).rejects.toMatchObject(refused)
      await writeFile(at('mine.csv'), 'mine\n')
      await expect(score(at('mine.csv'))).rejects.toMatchObject(refused)
      await expect(score(at('bundle/scores.csv'))).rejects.toMatchObject(refused)
      expect(await readFile(at('data.csv'), 'utf8')).toBe(data)
      expect(await readFile(at('mine.csv'), 'utf8')).toBe('mine\n')
      const output = { ledger: createOutputLedger(at('ledger'), (error) => expect(error).toBeUndefined()) }
      await score(at('scores.csv'), { output })
      await score(at('scores.csv'), { output })
      await expect(score(at('scores.csv'))).rejects.toMatchObject(refused)
      await score(at('mine.csv'), { output: { overwrite: true } })
    } finally {
      scorer.dispose()
    }
  })

  test('evaluateFile: a bundle as its folder, and a report that somebody else wrote', async () => {
    const bundle = await openBundle(at('bundle'))
    await mkdir(at('site'))
    await writeFile(at('site/report.html'), 'mine')
    const scorer = await loadScorer(await openBundle(at('bundle')), { threads: 1 })
    try {
      const options = { data: at('absent.csv'), bundle, seed: 1, now: new Date() }
      for (const out of ['bundle', 'bundle/model', 'site'])
        await expect(evaluateFile(scorer, { ...options, out: at(out) })).rejects.toMatchObject(refused)
    } finally {
      scorer.dispose()
    }
    await openBundle(at('bundle'))
  })

  test('train: a file of rejected rows that somebody else wrote, and a place within a bundle', async () => {
    await writeFile(at('new.rejected.jsonl'), 'mine\n')
    const options = { data: at('absent.csv'), by: { blueprint: claims }, seed: 1, threads: 1 } as const
    for (const out of ['new', 'bundle/new'])
      await expect(train({ ...options, out: at(out) })).rejects.toMatchObject(refused)
    expect(await readFile(at('new.rejected.jsonl'), 'utf8')).toBe('mine\n')
    // A folder whose own folder is still to be made is free; the data is asked for next.
    await expect(train({ ...options, out: at('deep/er/new') })).rejects.toMatchObject({
      code: 'file_not_found',
    })
  })
})

test('writeFileAtomic replaces what the caller names, whole', async () => {
  await writeFileAtomic(at('text.json'), '{}\n')
  await writeFileAtomic(at('text.json'), '[]\n')
  expect(await readFile(at('text.json'), 'utf8')).toBe('[]\n')
})
