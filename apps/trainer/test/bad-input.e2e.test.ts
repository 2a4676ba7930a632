import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims } from '@claims/blueprints'
import type { ErrorCode } from '@claims/contracts'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { parseCsv } from './parse-csv.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

let folder: Folder
let header: readonly string[]
let rows: readonly (readonly string[])[]
let bundle: string

const quick = ['--models', 'logistic_regression', '--folds', '2', '--quiet']
const claimsCommand = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)

beforeAll(async () => {
  folder = await temporaryFolder()
  await writeClaims(folder.at('good.csv'), generateClaims({ rows: 500, seed: 8 }))
  ;({ header, rows } = parseCsv(await readFile(folder.at('good.csv'), 'utf8')))
  bundle = folder.at('bundle')
  const trained = await claimsCommand(
    'train',
    '--blueprint',
    'claims',
    '--data',
    folder.at('good.csv'),
    '--out',
    bundle,
    ...quick,
  )
  expect(trained).toEqual({ code: 0, stdout: '', stderr: '' })
})
afterAll(() => folder[Symbol.asyncDispose]())

async function write(
  name: string,
  head: readonly string[],
  data: readonly (readonly string[])[],
): Promise<string> {
  const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  await writeFile(folder.at(name), [head, ...data].map((row) => `${row.map(quoted).join(',')}\n`).join(''))
  return folder.at(name)
}

/** The good rows with some cells changed. */
function changed(
  cells: readonly { readonly row: number; readonly column: string; readonly value: string }[],
): string[][] {
  const copy = rows.map((row) => [...row])
  for (const { row, column, value } of cells) copy[row]?.splice(header.indexOf(column), 1, value)
  return copy
}

const isYes = (row: readonly string[]): boolean => row[header.indexOf('is_high_risk')] === 'yes'
const bytes = async (name: string, content: Buffer | string): Promise<string> => {
  await writeFile(folder.at(name), content)
  return folder.at(name)
}

interface BadInput {
  readonly what: string
  readonly data: () => Promise<string>
  readonly code: ErrorCode
  /** Named in the problems: where it is wrong. */
  readonly place: RegExp
  readonly allowed: RegExp
}

const badFiles: readonly BadInput[] = [
  {
    what: 'a missing column',
    data: () =>
      write(
        'missing.csv',
        header.filter((name) => name !== 'claim_amount'),
        rows.map((row) => row.filter((_, i) => header[i] !== 'claim_amount')),
      ),
    code: 'missing_column',
    place: /claim_amount.*is absent/,
    allowed: /a finite number, above 0/,
  },
  {
    what: 'a wrong column name',
    data: () =>
      write(
        'wrong.csv',
        header.map((name) => (name === 'claim_amount' ? 'claim_amout' : name)),
        rows,
      ),
    code: 'missing_column',
    place: /claim_amount.*is absent/,
    allowed: /a finite number/,
  },
  {
    what: 'a label that is absent',
    data: () =>
      write(
        'nolabel.csv',
        header.map((name) => (name === 'is_high_risk' ? 'is_high_rsk' : name)),
        rows,
      ),
    code: 'label_absent',
    place: /did you mean "is_high_rsk"\?/,
    allowed: /yes, no/,
  },
  {
    what: 'a file that is absent',
    data: () => Promise.resolve(folder.at('absent.csv')),
    code: 'file_not_found',
    place: /absent\.csv.*does not exist/,
    allowed: /an existing file/,
  },
  {
    what: 'a folder',
    data: async () => {
      await mkdir(folder.at('folder'), { recursive: true })
      return folder.at('folder')
    },
    code: 'unreadable_file',
    place: /folder.*is a folder/,
    allowed: /a file/,
  },
  {
    what: 'binary junk',
    data: () => bytes('junk.csv', randomBytes(4000)),
    code: 'unreadable_file',
    place: /junk\.csv/,
    allowed: /CSV/,
  },
  {
    what: 'a damaged gzip file',
    data: async () =>
      bytes('damaged.csv.gz', gzipSync(await readFile(folder.at('good.csv'))).subarray(0, 4000)),
    code: 'unreadable_file',
    place: /damaged\.csv\.gz/,
    allowed: /a whole gzip file/,
  },
  {
    what: 'an empty file',
    data: () => bytes('empty.csv', ''),
    code: 'empty_data',
    place: /empty\.csv.*has no bytes/,
    allowed: /a header and at least one row/,
  },
  {
    what: 'a header only',
    data: () => write('header.csv', header, []),
    code: 'empty_data',
    place: /header\.csv.*no rows/,
    allowed: /a header and at least one row/,
  },
  {
    what: 'a label with one class',
    data: () =>
      write(
        'one-class.csv',
        header,
        rows.filter((row) => !isYes(row)),
      ),
    code: 'label_single_class',
    place: /is_high_risk.*one class/,
    allowed: /both classes/,
  },
  {
    what: 'fewer positives than folds',
    data: () =>
      write('few.csv', header, [...rows.filter((row) => !isYes(row)), ...rows.filter(isYes).slice(0, 1)]),
    code: 'too_few_positives',
    place: /groups|positive/,
    allowed: /fewer folds/,
  },
  {
    what: 'a label that is neither class',
    data: () => write('maybe.csv', header, changed([{ row: 6, column: 'is_high_risk', value: 'maybe' }])),
    code: 'label_invalid',
    place: /is_high_risk.*maybe \(1\).*in row 7/,
    allowed: /yes \(positive\) or no/,
  },
  {
    what: 'a column that occurs twice',
    data: () =>
      write(
        'twice.csv',
        header.map((name) => (name === 'customer_gender' ? 'location' : name)),
        rows,
      ),
    code: 'duplicate_column',
    place: /location.*more than once/,
    allowed: /each name once/,
  },
  {
    what: 'no row that is valid',
    data: () =>
      write(
        'all-bad.csv',
        header,
        rows.map((row) => row.map((cell, i) => (header[i] === 'claim_amount' ? '-5' : cell))),
      ),
    code: 'empty_data',
    place: /claim_amount/,
    allowed: /above 0/,
  },
]

function errorOf(ran: Ran): {
  readonly code: string
  readonly message: string
  readonly problems: readonly {
    readonly field: string
    readonly problem: string
    readonly allowed?: string
  }[]
} {
  return (JSON.parse(ran.stdout) as { error: ReturnType<typeof errorOf> }).error
}

describe('train refuses', () => {
  test.each(badFiles.map((bad) => [bad.what, bad] as const))(
    '%s',
    async (_, { data, code, place, allowed }) => {
      const path = await data()
      await mkdir(folder.at('out'), { recursive: true })
      const ran = await claimsCommand(
        'train',
        '--json',
        '--blueprint',
        'claims',
        '--data',
        path,
        '--out',
        folder.at('out/bundle'),
        ...quick,
      )
      expect(ran.code).toBe(2)
      const error = errorOf(ran)
      expect(error.code).toBe(code)
      const [problem] = error.problems
      expect(`${problem?.field ?? ''} ${problem?.problem ?? ''}`).toMatch(place)
      expect(problem?.allowed).toMatch(allowed)
      const left = await readdir(folder.at('out'))
      expect(left.filter((name) => name !== 'bundle.rejected.jsonl')).toEqual([])
    },
  )

  test('fewer positives than folds, by name and count', async () => {
    const noGroups = { ...claims, split: { ...claims.split, kind: 'stratified' } }
    const blueprint = await bytes('stratified.json', JSON.stringify(noGroups))
    const data = await write('three.csv', header, [
      ...rows.filter((row) => !isYes(row)),
      ...rows.filter(isYes).slice(0, 3),
    ])
    const error = errorOf(
      await claimsCommand(
        'train',
        '--json',
        '--blueprint',
        blueprint,
        '--data',
        data,
        '--out',
        folder.at('three'),
      ),
    )
    expect(error.code).toBe('too_few_positives')
    expect(error.message).toBe('There are 2 rows with label 1; the split needs at least 5')
    expect(await folder.names()).not.toContain('three')
  })

  test('a column that is empty, where the blueprint needs it', async () => {
    const data = await write(
      'empty-column.csv',
      header,
      rows.map((row) => row.map((cell, i) => (header[i] === 'customer_age' ? '' : cell))),
    )
    const ran = await claimsCommand(
      'train',
      '--json',
      '--blueprint',
      'claims',
      '--data',
      data,
      '--out',
      folder.at('empty-column'),
    )
    expect(ran.code).toBe(1)
    expect(errorOf(ran)).toMatchObject({
      code: 'quality_gate_failed',
      message: expect.stringMatching(/customer_age is 100 % missing, at most 15 %/),
    })
    expect(await folder.names()).not.toContain('empty-column')
  })

  test('a label that is absent, with the nearest name', async () => {
    const ran = await claimsCommand(
      'train',
      '--json',
      '--label',
      'is_high_rsk',
      '--data',
      folder.at('good.csv'),
      '--out',
      folder.at('near'),
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({
      code: 'label_absent',
      problems: [
        {
          field: 'is_high_rsk',
          problem: 'is absent; did you mean "is_high_risk"?',
          allowed: header.join(', '),
        },
      ],
    })
  })

  test('a model that an inferred blueprint does not have', async () => {
    const ran = await claimsCommand(
      'train',
      '--json',
      '--label',
      'is_high_risk',
      '--data',
      folder.at('good.csv'),
      '--out',
      folder.at('near'),
      '--models',
      'forest',
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({
      code: 'invalid_parameter',
      problems: [{ field: 'models', allowed: expect.stringContaining('logistic_regression') }],
    })
  })

  test.each([
    ['a blueprint that does not exist', ['--blueprint', 'motor'], 'invalid_blueprint', /claims, auto-fraud/],
    [
      'a model that the blueprint does not have',
      ['--blueprint', 'claims', '--models', 'forest'],
      'invalid_parameter',
      /logistic_regression, xgboost/,
    ],
    ['neither blueprint nor label', [], 'invalid_usage', /label column/],
  ] as const)('%s', async (_, args, code, allowed) => {
    const ran = await claimsCommand(
      'train',
      '--json',
      '--data',
      folder.at('good.csv'),
      '--out',
      folder.at('none'),
      ...args,
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({ code, problems: [{ allowed: expect.stringMatching(allowed) }] })
    expect(await folder.names()).not.toContain('none')
  })

  test.each([
    ['that is absent', 'absent.csv', 'file_not_found'],
    ['that is the training data', 'good.csv', 'invalid_parameter'],
  ] as const)('a test file %s, before anything is fitted', async (_, name, code) => {
    const data = folder.at('good.csv')
    const out = folder.at('untested')
    const args = ['--blueprint', 'claims', '--data', data, '--test', folder.at(name), '--out', out]
    const ran = await claimsCommand('train', '--json', ...args)
    expect(ran.code).toBe(2)
    expect(errorOf(ran).code).toBe(code)
    expect(ran.stderr).not.toMatch(/split|cross-validate/)
    expect(await folder.names()).not.toContain('untested')
  })

  test('an out directory that is no bundle, and leaves it alone', async () => {
    await mkdir(folder.at('mine'))
    await bytes('mine/letter.txt', 'dear all')
    const ran = await claimsCommand(
      'train',
      '--json',
      '--blueprint',
      'claims',
      '--data',
      folder.at('good.csv'),
      '--out',
      folder.at('mine'),
    )
    expect(ran.code).toBe(2)
    expect(ran.stderr).toBe('') // No stage began.
    expect(errorOf(ran)).toMatchObject({
      code: 'already_exists',
      problems: [{ field: folder.at('mine'), allowed: expect.stringContaining('a bundle') }],
    })
    expect(await readdir(folder.at('mine'))).toEqual(['letter.txt'])
  })
})

describe('train sets bad rows aside and learns from the rest', () => {
  test('infinite numbers, a date that does not exist, a level that is not allowed, ragged rows', async () => {
    const data = changed([
      { row: 3, column: 'claim_amount', value: 'Infinity' },
      { row: 4, column: 'claim_amount', value: '1e999' },
      { row: 5, column: 'claim_date', value: '2024-02-30' },
      { row: 7, column: 'claim_type', value: 'boat' },
    ])
    data[9]?.splice(5)
    data[10]?.push('one too many')
    const path = await write('rows.csv', header, data)
    const ran = await claimsCommand(
      'train',
      '--json',
      '--blueprint',
      'claims',
      '--data',
      path,
      '--out',
      folder.at('rows'),
      ...quick,
    )
    expect(ran.code).toBe(0)
    const { evaluation, quarantine } = JSON.parse(ran.stdout) as {
      evaluation: { rows: number; warnings: string[] }
      quarantine: string
    }
    expect(evaluation.rows).toBe(rows.length - 6)
    expect(evaluation.warnings).toContainEqual(expect.stringMatching(/^6 of 500 rows /))
    const lines = (await readFile(quarantine, 'utf8'))
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            row: number
            findings: { field: string; problem: string; allowed: string }[]
          },
      )
    const said = lines.map(({ row, findings: [first] }) => [row, first?.field, first?.problem])
    expect(said).toEqual([
      [3, 'claim_amount', 'is infinite'],
      [4, 'claim_amount', 'is infinite'],
      [5, 'claim_date', 'is not a date that exists'],
      [7, 'claim_type', 'is not an allowed value'],
      [9, '(row)', 'line 11 has 5 fields'],
      [10, '(row)', 'line 12 has 19 fields'],
    ])
    expect(lines.every(({ findings }) => findings.every(({ allowed }) => allowed.length > 0))).toBe(true)
  })

  test('columns that are empty or constant, where the blueprint is inferred, with a warning each', async () => {
    const path = await write(
      'flat.csv',
      [...header, 'nothing', 'always'],
      rows.map((row) => [...row, '', 'k']),
    )
    const ran = await claimsCommand(
      'train',
      '--json',
      '--label',
      'is_high_risk',
      '--data',
      path,
      '--out',
      folder.at('flat'),
      ...quick,
    )
    expect(ran.code).toBe(0)
    const { evaluation } = JSON.parse(ran.stdout) as {
      evaluation: { warnings: string[]; candidates: { name: string; cross_validation: { folds: number } }[] }
    }
    expect(evaluation.candidates).toMatchObject([
      { name: 'logistic_regression', cross_validation: { folds: 2 } },
    ])
    expect(evaluation.warnings).toContain('nothing is of no use as a feature: every cell is missing.')
    expect(evaluation.warnings).toContain(
      'always is of no use as a feature: constant: every filled cell is "k".',
    )
    expect(await readFile(folder.at('flat/report.html'), 'utf8')).toContain(
      'nothing is of no use as a feature',
    )
  })

  test('a constant column of an explicit blueprint, with a warning', async () => {
    const path = await write(
      'constant.csv',
      header,
      rows.map((row) => row.map((cell, i) => (header[i] === 'lapsed_policies' ? '0' : cell))),
    )
    const ran = await claimsCommand(
      'train',
      '--json',
      '--blueprint',
      'claims',
      '--data',
      path,
      '--out',
      folder.at('constant'),
      ...quick,
    )
    expect(ran.code).toBe(0)
    const { evaluation } = JSON.parse(ran.stdout) as { evaluation: { warnings: string[] } }
    expect(evaluation.warnings).toContain(
      'lapsed_policies is of no use as a feature: constant: every filled cell is 0.',
    )
  })
})

describe('score', () => {
  test('marks bad rows and scores the rest, in order', async () => {
    const data = changed([
      { row: 1, column: 'claim_type', value: 'boat' },
      { row: 2, column: 'location', value: 'atlantis' },
      { row: 3, column: 'claim_amount', value: 'Infinity' },
      { row: 4, column: 'claim_date', value: '2024-02-30' },
      { row: 5, column: 'claim_amount', value: '' },
    ])
    data[6]?.splice(5)
    const path = await write('score.csv', header, data)
    const score = async (file: string, out: string): Promise<readonly (readonly string[])[]> => {
      const ran = await claimsCommand(
        'score',
        '--json',
        '--bundle',
        bundle,
        '--data',
        file,
        '--out',
        folder.at(out),
        '--reasons',
        '2',
      )
      expect(ran.code).toBe(0)
      const csv = parseCsv(await readFile(folder.at(out), 'utf8'))
      expect(csv.header).toEqual([
        'claim_id',
        'high_risk_probability',
        'risk_level',
        'risk_band',
        'decision',
        'reason_1',
        'reason_2',
        'warnings',
        'error',
      ])
      return csv.rows
    }
    const scored = await score(path, 'scores.csv')
    const clean = await score(folder.at('good.csv'), 'clean-scores.csv')
    expect(scored.map(([id]) => id)).toEqual(rows.map(([id]) => id))
    const errors = scored.flatMap((row, at) => (row.at(-1) === '' ? [] : [[at, row[1], row.at(-1)]]))
    expect(errors).toEqual([
      [1, '', expect.stringMatching(/^invalid_claim: claim_type is not an allowed value/)],
      [3, '', expect.stringMatching(/^invalid_claim: claim_amount is infinite/)],
      [4, '', expect.stringMatching(/^invalid_claim: claim_date is not a date that exists/)],
      [5, '', expect.stringMatching(/^invalid_claim: claim_amount is missing/)],
      [6, '', expect.stringMatching(/^invalid_claim: \(row\) line 8 has 5 fields/)],
    ])
    // The level "atlantis" is new and nothing forbids it: it has a score, as a rare level has.
    expect(Number(scored[2]?.[1])).toBeGreaterThan(0)
    const untouched = (_: unknown, at: number): boolean => at === 0 || at > 6
    expect(scored.filter(untouched)).toEqual(clean.filter(untouched))
  })

  test.each([
    ['a bundle that does not exist', ['--bundle', 'nowhere'], 'file_not_found'],
    ['a model that is not registered', ['--model', 'nobody'], 'unknown_model'],
    ['both a bundle and a model', ['--bundle', 'nowhere', '--model', 'nobody'], 'invalid_usage'],
    ['neither', [], 'invalid_usage'],
  ] as const)('refuses %s', async (_, args, code) => {
    const ran = await claimsCommand(
      'score',
      '--json',
      '--data',
      folder.at('good.csv'),
      '--out',
      folder.at('no.csv'),
      ...args,
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran).code).toBe(code)
    expect(await folder.names()).not.toContain('no.csv')
  })

  test('refuses a file without a column that it needs', async () => {
    const at = header.indexOf('policy_coverage')
    const without = (row: readonly string[]): string[] => row.filter((_, i) => i !== at)
    const data = await write('no-coverage.csv', without(header), rows.map(without))
    const ran = await claimsCommand(
      'score',
      '--json',
      '--bundle',
      bundle,
      '--data',
      data,
      '--out',
      folder.at('no.csv'),
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({ code: 'missing_column', problems: [{ field: 'policy_coverage' }] })
    expect(await folder.names()).not.toContain('no.csv')
  })

  test('refuses a file that cannot be read to its end, and keeps the scores that were there', async () => {
    await bytes('kept.csv', 'what was there before\n')
    const path = await bytes('cut.csv.gz', gzipSync(await readFile(folder.at('good.csv'))).subarray(0, 6000))
    const ran = await claimsCommand(
      'score',
      '--json',
      '--bundle',
      bundle,
      '--data',
      path,
      '--out',
      folder.at('kept.csv'),
      '--overwrite',
    )
    expect(ran.code).toBe(2)
    expect(errorOf(ran).code).toBe('unreadable_file')
    expect(await readFile(folder.at('kept.csv'), 'utf8')).toBe('what was there before\n')
    expect((await folder.names()).filter((name) => name.includes('kept'))).toEqual(['kept.csv'])
  })

  test('refuses a bundle of which any file is damaged or gone, and names it', async () => {
    const damaged = folder.at('damaged')
    await claimsCommand(
      'train',
      '--blueprint',
      'claims',
      '--data',
      folder.at('good.csv'),
      '--out',
      damaged,
      ...quick,
    )
    const names = [
      'pipeline.json',
      'policy.json',
      'manifest.json',
      'report.html',
      ...(await readdir(join(damaged, 'model'))).map((name) => `model/${name}`),
    ]
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      const path = join(damaged, name)
      const whole = await readFile(path)
      const bent = Buffer.from(whole)
      const middle = Math.floor(bent.length / 2)
      bent[middle] = (bent[middle] ?? 0) ^ 1
      await writeFile(path, name === 'manifest.json' ? bent.subarray(0, middle) : bent)
      const ran = await claimsCommand(
        'score',
        '--json',
        '--bundle',
        damaged,
        '--data',
        folder.at('good.csv'),
        '--out',
        folder.at('never.csv'),
      )
      expect(ran.code).toBe(2)
      const error = errorOf(ran)
      expect(error.code).toBe('damaged_bundle')
      expect(JSON.stringify(error)).toContain(name)
      await writeFile(path, whole)
    }
    expect(await folder.names()).not.toContain('never.csv')
  })
})
