import { createHash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  bundleFileSchemas,
  evaluationSchema,
  manifestSchema,
  parseBundleFile,
  referenceProfileSchema,
  requireBundleFile,
  trainingRowsLayout,
  upgradeReferenceProfile,
  type ClaimsError,
  type Evaluation,
} from '@claims/contracts'
import { sketchQuantile } from '@claims/frame'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'
import { TestPerson } from '@claims/registry/testing'
import { loadScorer } from '@claims/scoring'
import type { z } from 'zod'
import { evaluateFile, scoreFile } from '../src/index.ts'
import { decodeTrainingRows } from '../src/bundle/training-rows.ts'

/**
 * Bundles as earlier formats were written, each with rows and the scores that its writer gave them. `0.1` has format 1
 * throughout, and neither seen values nor training rows; `2-boosting` and `2-logistic` have format 2, costs and none,
 * both maps of calibration, and levels as hashes; `3-decisions` has format 3, three outcomes and labels that had to mature.
 */
const bundles = [
  { name: '0.1', rejected: 0, known: null, money: 'EUR' },
  { name: '2-boosting', rejected: 1, known: 401, money: 'USD' },
  { name: '2-logistic', rejected: 1, known: 1360, money: null },
  { name: '3-decisions', rejected: 1, known: 312, money: 'USD' },
] as const
const folderOf = (name: string): string => join(import.meta.dirname, 'bundles', name)
let scratch = ''

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'frozen-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

test('every folder of frozen bundles is tested here', async () => {
  const entries = await readdir(join(import.meta.dirname, 'bundles'), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  expect(folders.sort()).toEqual(bundles.map(({ name }) => name).sort())
})

describe.each(bundles)('the frozen bundle $name', ({ name, rejected, known, money }) => {
  const frozen = folderOf(name)
  const bundle = join(frozen, 'bundle')

  test('scores its rows as its writer did, to the bit', async () => {
    const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
    try {
      const out = join(scratch, `${name}.csv`)
      const result = await scoreFile(scorer, { data: join(frozen, 'to-score.csv'), out, reasons: 2 })
      expect(result.rejected).toBe(rejected)
      const expected = await columns(join(frozen, 'expected-scores.csv'))
      const actual = await columns(out)
      for (const [column, cells] of expected) expect([column, actual.get(column)]).toEqual([column, cells])
    } finally {
      scorer.dispose()
    }
  })

  test('has no file that no schema describes, and every one is read', async () => {
    const opened = await openBundle(bundle)
    for (const file of ['manifest.json', ...Object.keys(opened.manifest.files)]) {
      if (!file.endsWith('.json')) continue
      const schema = bundleFileSchemas[file]
      if (schema === undefined) throw new Error(`${file} has no schema`)
      const content: unknown = JSON.parse(await readFile(join(bundle, file), 'utf8'))
      expect(() => parseBundleFile(schema, content, file)).not.toThrow()
    }
  })

  test('its reference profile is read in today’s form', async () => {
    const opened = await openBundle(bundle)
    const file = 'reference-profile.json'
    const profile = upgradeReferenceProfile(
      parseBundleFile(referenceProfileSchema, await opened.readJson(file), file),
    )
    const old: unknown = await opened.readJson(file)
    expect(Object.keys(profile.features)).toEqual(Object.keys(at(old, ['features'])))
    for (const [column, sketch] of Object.entries(profile.columns)) {
      if (sketch.kind === 'text') continue
      expect([column, sketch.rows.reduce((sum, rows) => sum + rows, 0)]).toEqual([column, profile.rows])
    }
    if ('format_version' in at(old, []) && profile.features_are === 'in_sample') {
      const { quantiles, missing } = at(old, ['score']) as { quantiles: number[]; missing: number }
      expect(sketchQuantile(profile.score, 0.5)).toBeCloseTo(quantiles[50] ?? NaN, 2)
      expect(profile.score.rows.at(-1)).toBe(missing)
      expect(profile.positives).toBeNull()
    }
  })

  test('evaluates rows with its own costs, and says which of them it knows', async () => {
    const scorer = await loadScorer(await openBundle(bundle), { threads: 1 })
    try {
      const lines = (await readFile(join(frozen, 'claims.csv'), 'utf8')).trimEnd().split('\n')
      const some = join(scratch, `${name}-some.csv`)
      await writeFile(some, lines.slice(0, -1).join('\n'))
      const opened = await openBundle(bundle)
      const run = async (data: string): Promise<Evaluation> =>
        (await evaluateFile(scorer, { data, bundle: opened, seed: 1, now: new Date() })).evaluation
      const partly = await run(some)
      expect(partly.cost?.currency ?? null).toBe(money)
      const { measured_on: measured } = partly
      expect(measured).toMatchObject({ training_file: false })
      if (known === null) {
        expect(measured).toMatchObject({ known_rows: null })
        expect(partly.warnings.join(' ')).toContain('cannot be told')
      } else {
        const found = measured.kind === 'file' ? measured.known_rows : null
        expect(found?.exact).toBe(true)
        // The last row of the file is left out; it may have been one of the known ones.
        expect(Math.abs((found?.known ?? 0) - known)).toBeLessThanOrEqual(1)
      }
      const own = await run(join(frozen, 'claims.csv'))
      expect(own.selection.promotable).toBe(false)
      expect(own.warnings[0]).toMatch(
        /the very file that the model was trained on|this is the file of the training/,
      )
    } finally {
      scorer.dispose()
    }
  })

  test('registers, is listed and is promoted', async () => {
    const registry = new DirectoryModelRegistry(join(scratch, `models-${name}`))
    await registry.register('frozen', bundle, { actor: 'test' })
    const opened = await openBundle(bundle)
    const change = { actor: 'a promoter', reason: 'reads old bundles' }
    const { passed } = await registry.gates.check('frozen', '1')
    expect(passed).toBe(opened.manifest.headline.promotable)
    if (passed) await registry.promote('frozen', '1', change)
    else await (await TestPerson.enroll(registry, 'grace')).promoteWith('frozen', '1', change)
    expect((await registry.list()).models.map((model) => model.name)).toEqual(['frozen'])
  })
})

/** Files whose keys at fixed places are those of a schema, in the frozen bundle that holds them. */
const jsonFiles = [
  ['0.1', 'manifest.json'],
  ['0.1', 'policy.json'],
  ['0.1', 'pipeline.json'],
  ['0.1', 'model/xgboost.json'],
  ['0.1', 'model/calibrator.json'],
  ['2-boosting', 'manifest.json'],
  ['2-boosting', 'policy.json'],
  ['2-boosting', 'seen-values.json'],
  ['2-boosting', 'model/calibrator.json'],
  ['2-logistic', 'model/logistic-regression.json'],
  ['2-logistic', 'pipeline.json'],
  ['3-decisions', 'manifest.json'],
  ['3-decisions', 'policy.json'],
] as const

describe('a bundle of a later product', () => {
  test.each(jsonFiles)(
    '%s, %s: keys that are not known here, at every depth of data, are left out',
    async (name, file) => {
      const frozen = folderOf(name)
      const first = await load(join(frozen, 'bundle'), name)
      const places = objectsIn(JSON.parse(await readFile(join(frozen, 'bundle', file), 'utf8')))
      expect(places.length).toBeGreaterThan(0)
      for (const place of places.slice(0, 25)) {
        const bundle = await altered(name, file, (value) => {
          Object.assign(at(value, place), { of_later: { more: [1] } })
        })
        expect([file, place, await load(bundle, name)]).toEqual([file, place, first])
      }
    },
  )

  test.each(jsonFiles.filter(([, file]) => file !== 'model/calibrator.json'))(
    '%s, %s of a newer format is refused as newer, by name, not as damaged',
    async (name, file) => {
      const bundle = await altered(name, file, (value) => {
        Object.assign(at(value, []), { format_version: 99, of_later: 1 })
      })
      await expect(load(bundle, name)).rejects.toMatchObject({
        code: 'unsupported_format_version',
        message: expect.stringContaining(`${file.split('/').at(-1)} has format version 99`),
      })
    },
  )

  test.each([
    ['0.1', 'manifest.json', ['input_schema'], 'input_schema'],
    ['0.1', 'policy.json', ['threshold'], 'threshold'],
    ['2-boosting', 'policy.json', ['bands'], 'bands'],
    ['2-boosting', 'pipeline.json', ['features'], 'features'],
    ['2-boosting', 'seen-values.json', ['columns'], 'columns'],
    ['2-boosting', 'model/xgboost.json', ['feature_names'], 'feature_names'],
    ['2-boosting', 'model/calibrator.json', ['y'], 'y'],
    ['2-logistic', 'model/logistic-regression.json', ['coefficients'], 'coefficients'],
  ])('%s, %s: a key that is needed and missing is named', async (name, file, place, key) => {
    const bundle = await altered(name, file, (value) => {
      Reflect.deleteProperty(at(value, place.slice(0, -1)), key)
    })
    const error = await load(bundle, name).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'damaged_bundle' })
    expect(JSON.stringify((error as ClaimsError).problems)).toContain(key)
  })

  test.each([
    ['evaluation.json', evaluationSchema],
    ['reference-profile.json', referenceProfileSchema],
  ])(
    '%s: unknown keys are left out, a newer format is newer, a missing key is named',
    async (file, schema) => {
      const path = join(folderOf('2-boosting'), 'bundle', file)
      const content = at(JSON.parse(await readFile(path, 'utf8')), [])
      const known = parseBundleFile(schema as z.ZodType, content, file)
      expect(parseBundleFile(schema as z.ZodType, { ...content, of_later: [1] }, file)).toEqual(known)
      const newer = { ...content, format_version: 99 }
      expect(() => parseBundleFile(schema as z.ZodType, newer, file)).toThrow('has format version 99')
      const [key = ''] = Object.keys(content).filter((each) => each !== 'format_version')
      const less = Object.fromEntries(Object.entries(content).filter(([each]) => each !== key))
      expect(() => parseBundleFile(schema as z.ZodType, less, file)).toThrow(
        expect.objectContaining({
          code: 'damaged_bundle',
          problems: expect.arrayContaining([expect.objectContaining({ field: `${file}: ${key}` })]),
        }),
      )
    },
  )

  test('training-rows.bin of a newer format is refused as newer, a cut one as damaged', async () => {
    const bytes = await readFile(join(folderOf('2-boosting'), 'bundle', 'training-rows.bin'))
    expect(decodeTrainingRows(bytes).distinct).toBe(401)
    const later = Buffer.from(bytes)
    later.writeUInt32LE(2, trainingRowsLayout.offsets.format_version)
    expect(() => decodeTrainingRows(later)).toThrow(
      expect.objectContaining({ code: 'unsupported_format_version' }),
    )
    expect(() => decodeTrainingRows(bytes.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'damaged_bundle' }),
    )
    const more = Buffer.from(bytes)
    more.writeBigUInt64LE(1n, trainingRowsLayout.offsets.distinct)
    expect(() => decodeTrainingRows(more)).toThrow('stores more hashes than there are rows')
  })
})

describe('what is written', () => {
  test('a key that its schema does not know, or a file that no schema describes, is a defect and not written', () => {
    const pipeline = { format_version: 1, steps: [], features: ['a'] }
    expect(requireBundleFile('pipeline.json', pipeline)).toBe(pipeline)
    expect(() => requireBundleFile('pipeline.json', { ...pipeline, extra: 1 })).toThrow(TypeError)
    const seen = { format_version: 1, rows: 0, key: '00000000', columns: [] }
    expect(() => requireBundleFile('seen-values.json', { ...seen, extra: 1 })).toThrow('does not know extra')
    expect(() => requireBundleFile('other.json', {})).toThrow('No schema describes other.json')
  })
})

/** What a bundle says of its rows, in bits. */
async function load(directory: string, name: string): Promise<unknown> {
  const scorer = await loadScorer(await openBundle(directory), { threads: 1 })
  try {
    const out = join(await mkdtemp(join(scratch, 'scores-')), 'scores.csv')
    await scoreFile(scorer, { data: join(folderOf(name), 'to-score.csv'), out, reasons: 1 })
    return await readFile(out, 'utf8')
  } finally {
    scorer.dispose()
  }
}

/** A copy of a frozen bundle with one file changed and its hash made right. */
async function altered(name: string, file: string, change: (value: unknown) => void): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'altered-'))
  await cp(join(folderOf(name), 'bundle'), directory, { recursive: true })
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
