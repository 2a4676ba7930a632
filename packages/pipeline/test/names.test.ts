import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createRandom } from '@claims/frame'
import { evaluateFile, inferFromFile, scoreFile, train } from '../src/index.ts'
import { loadScorer } from '@claims/scoring'
import { openBundle } from '@claims/registry'
import { temporaryFolder, type Folder } from './small-data.ts'

const names = [
  'constructor',
  '__proto__',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'a=b',
  'a',
  '😀',
  '🧾 amount',
  'x[0]',
  'x<5',
  'x>5',
  'say "so"',
  "it's",
  'a.b.c',
  'back\\slash',
  'new\nline',
  'tab\tstop',
  'semi;colon',
  'com,ma',
  'pipe|`tick`',
  '${injected}',
  '</script><script>alert(1)</script>',
  'datum',
  'length',
  'n'.repeat(300),
  'Umsatz',
  'UMSATZ',
  '金额',
  'row',
  'warnings',
]
const levels = ['constructor', '__proto__', 'b', 'a=b', '<b>']

let folder: Folder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

function quoted(cell: string | number): string {
  return `"${String(cell).replaceAll('"', '""')}"`
}

/** Every second column is a category of odd levels; the label follows the first columns of each kind. */
function table(rows: number, seed: number): (string | number)[][] {
  const random = createRandom(seed)
  return Array.from({ length: rows }, () => {
    const cells = names.map((_, j) =>
      j % 2 === 0 ? Math.round(1000 * random.next()) : levels[Math.floor(levels.length * random.next())]!,
    )
    const sum = cells.reduce<number>(
      (total, cell) => total + (typeof cell === 'number' ? cell / 1000 - 0.5 : cell === 'b' ? 1 : -0.25),
      0,
    )
    return [...cells, random.next() < 1 / (1 + Math.exp(-sum)) ? 'yes' : 'no']
  })
}

async function written(name: string, rows: (string | number)[][]): Promise<string> {
  const path = folder.at(name)
  const lines = [[...names, 'y'], ...rows].map((row) => row.map(quoted).join(','))
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}

test('any name of a column and any level is trained, reported, scored and read again', async () => {
  const rows = table(500, 11)
  const data = await written('train.csv', rows)
  const inferred = await inferFromFile(data, { label: 'y', positive: 'yes' }, { seed: 1, now: new Date() })
  const features = inferred.blueprint.columns.filter(({ role }) => ['numeric', 'categorical'].includes(role))
  expect(features.map(({ name }) => name)).toEqual(names)

  const out = folder.at('bundle')
  const { evaluation } = await train({
    data,
    by: { hints: { label: 'y', positive: 'yes' } },
    out,
    folds: 3,
    seed: 1,
    threads: 1,
  })
  expect(new Set(evaluation.explanations.global.map(({ feature }) => feature))).toEqual(new Set(names))
  const report = await readFile(`${out}/report.html`, 'utf8')
  expect(report).not.toContain('<script>alert')
  expect(report).toContain('id="importance-title"')
  for (const id of [1, 2, 3, 4, 5, 6]) expect(report).toContain(`id="dependence-${String(id)}-title"`)
  const profile = JSON.parse(await readFile(`${out}/reference-profile.json`, 'utf8')) as {
    columns: Record<string, unknown>
  }
  expect(Object.keys(profile.columns).sort()).toEqual([...names].sort())

  const scorer = await loadScorer(await openBundle(out), { threads: 1 })
  try {
    const file = await scoreFile(scorer, { data, out: folder.at('scores.csv'), reasons: 3 })
    expect(file).toMatchObject({ rows: 500, scored: 500, rejected: 0 })
    expect(file.warnings.filter(({ code }) => code === 'unseen_level')).toEqual([])
    const records = rows
      .slice(0, 20)
      .map((row): unknown =>
        JSON.parse(
          `{${names.map((name, j) => `${JSON.stringify(name)}:${JSON.stringify(row[j])}`).join(',')}}`,
        ),
      )
    const scored = scorer.scoreRecords(records, { reasons: 3 })
    const codes = scored.flatMap((row) => (row.ok ? row.warnings.map(({ code }) => code) : ['rejected']))
    expect(new Set([...codes, 'range_of_training'])).toEqual(new Set(['range_of_training']))
    const inFile = (await readFile(folder.at('scores.csv'), 'utf8')).split('\n').slice(1, 21)
    const inFileScores = scored.map((row) => (row.ok ? row.probability : NaN))
    expect(inFile.map((line) => Number(/^\d+,([^,]+),/.exec(line)?.[1]))).toEqual(inFileScores)
    const { evaluation: again } = await evaluateFile(scorer, {
      data: await written('later.csv', table(300, 12)),
      bundle: await openBundle(folder.at('bundle')),
      seed: 1,
      now: new Date(),
      out: folder.at('evaluated'),
    })
    expect(again.explanations.global).toHaveLength(names.length)
  } finally {
    scorer.dispose()
  }
}, 120_000)
