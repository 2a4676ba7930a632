import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { evaluationSchema, type Evaluation } from '@claims/contracts'
import { DirectoryModelRegistry, openBundle, parseBundleFile } from '@claims/registry'
import { evaluateFile, loadScorer, scoreFile } from '../src/index.ts'

// A bundle as version 0.1 wrote it, with rows and the scores that 0.1 gave them.
const frozen = join(import.meta.dirname, 'bundles', '0.1')
let scratch = ''

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'frozen-'))
  await cp(join(frozen, 'bundle'), join(scratch, 'bundle'), { recursive: true })
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('a bundle of 0.1', () => {
  test('scores its rows as 0.1 did', async () => {
    const scorer = await loadScorer(join(scratch, 'bundle'), { threads: 1 })
    try {
      const out = join(scratch, 'scores.csv')
      await scoreFile(scorer, { data: join(frozen, 'to-score.csv'), out, reasons: 2 })
      const expected = await columns(join(frozen, 'expected-scores.csv'))
      const actual = await columns(out)
      for (const [name, cells] of expected) expect([name, actual.get(name)]).toEqual([name, cells])
    } finally {
      scorer.dispose()
    }
  })

  test('its evaluation is read', async () => {
    const bundle = await openBundle(join(scratch, 'bundle'))
    const read = parseBundleFile(
      evaluationSchema,
      await bundle.readJson('evaluation.json'),
      'evaluation.json',
    )
    expect(read.test.rows).toBe(140)
  })

  test('it evaluates rows with its own costs, and says that overlap cannot be told', async () => {
    const scorer = await loadScorer(join(scratch, 'bundle'), { threads: 1 })
    try {
      const lines = (await readFile(join(frozen, 'claims.csv'), 'utf8')).trimEnd().split('\n')
      await writeFile(join(scratch, 'some.csv'), lines.slice(0, -1).join('\n'))
      const bundle = await openBundle(join(scratch, 'bundle'))
      const run = async (data: string): Promise<Evaluation> =>
        (await evaluateFile(scorer, { data, bundle, seed: 1, now: new Date() })).evaluation
      const some = await run(join(scratch, 'some.csv'))
      expect(some.cost?.currency).toBe('EUR')
      expect(some.measured_on).toMatchObject({ training_file: false, known_rows: null })
      expect(some.warnings.join(' ')).toContain('cannot be told')
      const own = await run(join(frozen, 'claims.csv'))
      expect(own.selection.promotable).toBe(false)
      expect(own.warnings[0]).toContain('the very file that the model was trained on')
    } finally {
      scorer.dispose()
    }
  })

  test('it registers, and is promoted', async () => {
    const registry = new DirectoryModelRegistry(join(scratch, 'models'))
    await registry.register('frozen', join(scratch, 'bundle'), { actor: 'test' })
    await registry.promote('frozen', '1', { actor: 'test', reason: 'reads old bundles' })
    expect((await registry.list()).map(({ name }) => name)).toEqual(['frozen'])
  })
})

/** Cells by column; no cell of the fixture holds a line break. */
async function columns(path: string): Promise<Map<string, string[]>> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n')
  const rows = lines.map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => match[1] ?? ''),
  )
  const [header = [], ...rest] = rows
  return new Map(
    header.filter((name) => name !== '').map((name, i) => [name, rest.map((row) => row[i] ?? '')]),
  )
}
