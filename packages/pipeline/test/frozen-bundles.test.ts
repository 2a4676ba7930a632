import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { evaluationSchema, manifestSchema, type Evaluation, parseBundleFile } from '@claims/contracts'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'
import { evaluateFile, scoreFile } from '../src/index.ts'
import { loadScorer } from '@claims/scoring'

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
    const scorer = await loadScorer(await openBundle(join(scratch, 'bundle')), { threads: 1 })
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
    const scorer = await loadScorer(await openBundle(join(scratch, 'bundle')), { threads: 1 })
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

const jsonFiles = [
  'manifest.json',
  'policy.json',
  'pipeline.json',
  'model/xgboost.json',
  'model/calibrator.json',
]

describe('a bundle of a later product', () => {
  test.each(jsonFiles)(
    '%s: keys that are not known here, at every depth of data, are left out',
    async (file) => {
      const first = await load(join(frozen, 'bundle'))
      const places = objectsIn(JSON.parse(await readFile(join(frozen, 'bundle', file), 'utf8')))
      expect(places.length).toBeGreaterThan(0)
      for (const place of places.slice(0, 25)) {
        const bundle = await altered(file, (value) => {
          Object.assign(at(value, place), { of_later: { more: [1] } })
        })
        expect([file, place, await load(bundle)]).toEqual([file, place, first])
      }
    },
  )

  test.each(jsonFiles.filter((file) => file !== 'model/calibrator.json'))(
    '%s of a newer format is refused as newer, by name, not as damaged',
    async (file) => {
      const bundle = await altered(file, (value) => {
        Object.assign(at(value, []), { format_version: 99, of_later: 1 })
      })
      await expect(load(bundle)).rejects.toMatchObject({
        code: 'unsupported_format_version',
        message: expect.stringContaining(`${file.split('/').at(-1)} has format version 99`),
      })
    },
  )
})

/** What a bundle says of its rows, in bits. */
async function load(directory: string): Promise<unknown> {
  const scorer = await loadScorer(await openBundle(directory), { threads: 1 })
  try {
    const out = join(await mkdtemp(join(scratch, 'scores-')), 'scores.csv')
    await scoreFile(scorer, { data: join(frozen, 'to-score.csv'), out, reasons: 1 })
    return await readFile(out, 'utf8')
  } finally {
    scorer.dispose()
  }
}

/** A copy of the frozen bundle with one file changed and its hash made right. */
async function altered(file: string, change: (value: unknown) => void): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'altered-'))
  await cp(join(frozen, 'bundle'), directory, { recursive: true })
  const value: unknown = JSON.parse(await readFile(join(directory, file), 'utf8'))
  change(value)
  const content = JSON.stringify(value)
  await writeFile(join(directory, file), content)
  if (file === 'manifest.json') return directory
  const path = join(directory, 'manifest.json')
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  manifest.files[file] = {
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }
  await writeFile(path, JSON.stringify(manifest))
  return directory
}

type Place = readonly (string | number)[]

/** Objects of a fixed shape below a value, one of each list; those whose keys are data are left out. */
function objectsIn(value: unknown, place: Place = []): Place[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : objectsIn(value[0], [...place, 0])
  if (typeof value !== 'object' || value === null) return []
  const named = ['files', 'library_versions', 'reasons', 'parameters', 'search_space']
  if (named.includes(String(place.at(-1)))) return []
  return [place, ...Object.entries(value).flatMap(([key, inner]) => objectsIn(inner, [...place, key]))]
}

function at(value: unknown, place: Place): object {
  let found = value
  for (const key of place)
    found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined
  if (typeof found !== 'object' || found === null) throw new Error(`there is no object at ${place.join('.')}`)
  return found
}

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
