import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { recordsSource, type DataSource } from '@claims/ingestion'
import { openBundle } from '@claims/registry'
import { checkFile, evaluateFile, inferFromFile, loadScorer, scoreFile, train } from '../src/index.ts'
import { temporaryFolder, type Folder } from './small-data.ts'

const now = new Date('2026-01-01T00:00:00Z')
const records = Array.from({ length: 400 }, (_, i) => ({
  claim: `C-${String(i)}`,
  amount: 100 + ((i * 7919) % 997),
  kind: ['auto', 'home', 'boat'][i % 3]!,
  fraud: (i * 7919) % 997 > 500 + ((i * 31) % 300) ? 'Y' : 'N',
}))

let folder: Folder
let path: string
let source: DataSource
beforeAll(async () => {
  folder = await temporaryFolder()
  path = folder.at('claims.jsonl')
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  source = recordsSource(records, { name: 'claims.jsonl' })
})
afterAll(() => folder.remove())

async function trained(data: string | DataSource, out: string): Promise<Record<string, unknown>> {
  const { blueprint } = await inferFromFile(data, { label: 'fraud' }, { seed: 1, now })
  const check = await checkFile(data, blueprint, { seed: 1, now })
  await train({
    ...{ data, by: { hints: { label: 'fraud', positive: 'Y' } }, out: folder.at(out), seed: 1, threads: 1 },
    ...{ models: ['logistic_regression'], folds: 3, clock: () => now.getTime() },
  })
  const bundle = await openBundle(folder.at(out))
  const scorer = await loadScorer(bundle, { threads: 1 })
  const scores = folder.at(`${out}.csv`)
  const scored = await scoreFile(scorer, { data, out: scores, reasons: 2 })
  const { evaluation } = await evaluateFile(scorer, { data, bundle, seed: 1, now })
  scorer.dispose()
  return {
    ...{ blueprint, check, scored, evaluation, scores: await readFile(scores, 'utf8') },
    files: await Promise.all(
      ['pipeline.json', 'policy.json', 'model-card.md', 'report.html'].map(async (name) =>
        new TextDecoder().decode(await bundle.read(name)),
      ),
    ),
    data: bundle.manifest.data,
  }
}

test('records in memory and the same records in a file make the same model, scores and evaluation', async () => {
  const fromFile = await trained(path, 'from-file')
  expect(fromFile['scored']).toMatchObject({ rows: 400, rejected: 0 })
  expect(await trained(source, 'from-records')).toEqual(fromFile)
}, 120_000)

test('no output replaces the file of a source', async () => {
  const text = await readFile(path, 'utf8')
  const scorer = await loadScorer(folder.at('from-file'), { threads: 1 })
  const output = { overwrite: true }
  await expect(
    scoreFile(scorer, { data: { ...source, files: [path] }, out: path, reasons: 1, output }),
  ).rejects.toMatchObject({ code: 'output_refused' })
  scorer.dispose()
  expect(await readFile(path, 'utf8')).toBe(text)
})
