import { describe, expect, test } from '@jest/globals'
import { readBatches, readData, scanTable } from '../src/index.ts'
import { noOddities, parseJsonText } from '../src/json-parser.ts'
import fc from 'fast-check'
import { numeric, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [text('id'), numeric('amount')]
const want = [
  { id: 'a', amount: 1 },
  { id: 'b', amount: 2 },
]

async function readBoth(
  path: string,
): Promise<{ rows: unknown[]; findings: { rule: string; problem: string }[] }> {
  const whole = await readData(path, { columns })
  const rows: unknown[] = []
  const found: typeof whole.findings = []
  for await (const batch of readBatches(path, { columns, batchRows: 1 })) {
    rows.push(...batch.frame.toRows())
    found.push(
      ...batch.findings.map((finding) =>
        finding.row === null ? finding : { ...finding, row: finding.row + batch.firstRow },
      ),
    )
  }
  expect(rows).toEqual(whole.frame.toRows())
  expect(new Set(found)).toEqual(new Set(whole.findings))
  return { rows, findings: whole.findings }
}

async function refusal(path: string): Promise<{ message: string; code: string }> {
  const drain = async (): Promise<void> => {
    for await (const batch of readBatches(path, { columns, batchRows: 1 })) expect(batch).toBeDefined()
  }
  const told: { message: string; code: string }[] = []
  for (const work of [scanTable(path), drain()])
    told.push(
      await work.then(
        () => {
          throw new Error('nothing was thrown')
        },
        (error: unknown) => error as { message: string; code: string },
      ),
    )
  expect(told[1]?.message).toBe(told[0]?.message)
  return told[0]!
}

describe('documents', () => {
  test.each([
    ['records', want, undefined],
    ['claims', { claims: want, count: 2 }, undefined],
    ['data', { data: want }, 'json_shape'],
    ['results of a page', { count: 2, next: null, results: want }, 'json_shape'],
    ['any name that stands alone', { 'my rows': want }, 'json_shape'],
    [
      'pandas split',
      {
        columns: ['id', 'amount'],
        index: [0, 1],
        data: [
          ['a', 1],
          ['b', 2],
        ],
      },
      'json_shape',
    ],
    ['pandas table', { schema: { fields: [{ name: 'id' }] }, data: want }, 'json_shape'],
  ])('%s', async (_, document, rule) => {
    await using folder = await temporaryFolder()
    for (const contents of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
      const { rows, findings } = await readBoth(await folder.write('d.json', contents))
      expect(rows).toEqual(want)
      expect(findings.map((finding) => finding.rule)).toEqual(rule === undefined ? [] : [rule])
    }
  })

  const many = Array.from({ length: 5000 }, (_, i) => [String(i), i] as const)
  test.each([
    ['columns', { id: Object.fromEntries(many), amount: Object.fromEntries(many) }, /orient="columns"/],
    ['index', Object.fromEntries(many.map(([key, i]) => [key, { id: key, amount: i }])), /orient="index"/],
    ['values', many, /orient="values"/],
    ['lists', { id: many.map(String), amount: many.map(([, i]) => i) }, /arrays by column/],
    ['two arrays', { open: want, closed: want }, /2 arrays of objects/],
    ['an array in a record', { id: 'a', amount: 1, parts: want }, /no array of objects/],
    ['a number', 7, /first|single value|array/],
    ['numbers', [1, 2], /without an object/],
    ['split with rows too short', { columns: ['id', 'amount'], data: [['a']] }, /entry 1/],
  ])('refused and named: %s', async (_, document, said) => {
    await using folder = await temporaryFolder()
    const error = await refusal(await folder.write('d.json', JSON.stringify(document, null, 1)))
    if (typeof document !== 'number') {
      expect(error.message).toMatch(said)
      expect(error.code).toBe('unreadable_file')
    }
    expect(JSON.stringify(error).length).toBeLessThan(1500)
  })

  test('one flat object is one row', async () => {
    await using folder = await temporaryFolder()
    for (const contents of [
      '{"id":"a","amount":1}',
      '{"id":"a","amount":1}\n',
      '{\n "id": "a",\n "amount": 1\n}',
    ])
      expect((await readBoth(await folder.write('d.json', contents))).rows).toEqual([want[0]])
  })

  test('as many names as objects are refused before they fill the memory', async () => {
    await using folder = await temporaryFolder()
    const lines = Array.from({ length: 20_000 }, (_, i) => `{"k${String(i)}":1}`).join('\n')
    await expect(scanTable(await folder.write('d.jsonl', lines))).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })
})

describe('what is not JSON', () => {
  test.each([0, 1, 7])('NaN and Infinity in line %i are read the same', async (at) => {
    await using folder = await temporaryFolder()
    const lines = Array.from({ length: 8 }, (_, i) =>
      i === at ? '{"id": "a", "amount": NaN, "more": Infinity}' : '{"id": "b", "amount": 2}',
    )
    for (const contents of [lines.join('\n'), `[${lines.join(',')}]`]) {
      const { rows, findings } = await readBoth(await folder.write('d.jsonl', contents))
      expect(rows).toEqual(
        lines.map((_, i) => (i === at ? { id: 'a', amount: null } : { id: 'b', amount: 2 })),
      )
      expect(findings).toMatchObject([{ rule: 'json_nan', severity: 'warning' }])
      expect(findings[0]?.problem).toContain('NaN 1 times')
      expect(findings[0]?.problem).toContain('Infinity 1 times')
    }
  })

  test('an infinite number is a finding of its row', async () => {
    await using folder = await temporaryFolder()
    const { findings } = await readBoth(
      await folder.write('d.jsonl', '{"id":"a","amount":-Infinity}\n{"id":"b","amount":2}\n'),
    )
    expect(findings.map(({ rule, problem }) => [rule, problem])).toContainEqual(['type', 'is infinite'])
  })

  test('a first line that cannot be parsed does not change the format', async () => {
    await using folder = await temporaryFolder()
    const secret = 'Jane Doe 123-45-6789'
    const path = await folder.write('d.jsonl', `{"id":"${secret}", "amount": 1,,}\n{"id":"b","amount":2}\n`)
    const { rows, findings } = await readBoth(path)
    expect(rows).toEqual([{ id: null, amount: null }, want[1]])
    expect(findings).toMatchObject([{ row: 0, rule: 'invalid_json', value: null }])
    expect(findings[0]?.problem).toMatch(
      /^line 1 is not valid JSON: character \d+: a key in quotes is expected$/,
    )
    expect(JSON.stringify(findings)).not.toContain('Jane')
  })

  test('a document that cannot be parsed is not repeated', async () => {
    await using folder = await temporaryFolder()
    const error = await refusal(await folder.write('d.json', '[{"id":"Jane Doe",\n"amount": 1.}]'))
    expect(error.message).toMatch(/line 2, character 12/)
    expect(JSON.stringify(error)).not.toContain('Jane')
  })

  test('a key that stands twice is said', async () => {
    await using folder = await temporaryFolder()
    const { rows, findings } = await readBoth(
      await folder.write('d.jsonl', '{"id":"x","id":"a","amount":1}\n{"id":"b","amount":2}\n'),
    )
    expect(rows).toEqual(want)
    expect(findings).toMatchObject([{ rule: 'duplicate_key' }])
    expect(findings[0]?.problem).toMatch(/1 objects .*"id"/)
  })

  test('text that is nested too deep is refused', async () => {
    await using folder = await temporaryFolder()
    const error = await refusal(await folder.write('d.json', '['.repeat(100_000)))
    expect(error.message).toContain('nested deeper than 500')
  })
})

describe('the parser', () => {
  test('is JSON.parse but for large whole numbers and what it counts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
        const written = JSON.stringify(value, null, space)
        const rounded = (parsed: unknown): unknown =>
          JSON.parse(
            JSON.stringify(parsed, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)),
          )
        expect(rounded(parseJsonText(written))).toEqual(JSON.parse(written))
        // The longer way, which a word that is not JSON asks for.
        expect(rounded(parseJsonText(`[NaN,${written}]`, noOddities()))).toEqual([null, JSON.parse(written)])
      }),
    )
  })

  test.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    '01',
    '+1',
    '.5',
    '1.',
    '"\t"',
    '"\\x"',
    'nul',
    '[1 2]',
    '{"a" 1}',
    'NaN',
    "{'a':1}",
  ])('refuses %j as JSON.parse does', (written) => {
    expect(() => JSON.parse(written) as unknown).toThrow()
    expect(() => parseJsonText(written)).toThrow(/expected|ends|escape|closed|NaN/)
  })

  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740993.5', Number('9007199254740993.5')],
    ['1e300', 1e300],
    ['0.1234567890123456789', Number('0.1234567890123456789')],
  ])('%s', (written, value) => {
    expect(parseJsonText(written)).toBe(value)
  })

  test('ids of JSON Lines keep every digit', async () => {
    await using folder = await temporaryFolder()
    const { rows } = await readBoth(
      await folder.write(
        'd.jsonl',
        '{"id":9007199254740993,"amount":1}\n{"id":9007199254740995,"amount":2}\n',
      ),
    )
    expect(rows.map((row) => (row as { id: string }).id)).toEqual(['9007199254740993', '9007199254740995'])
  })
})
