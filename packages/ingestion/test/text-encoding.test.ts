import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readBatches, readData, scanTable, type TextEncoding } from '../src/index.ts'
import { category, text } from './columns.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [category('town'), text('note')]

interface Read {
  readonly rows: unknown[]
  readonly findings: { rule: string; problem: string; severity: string }[]
}

/** Reads a file whole and in batches of 3, expects the same of both. */
async function readBoth(path: string, encoding?: TextEncoding): Promise<Read> {
  const whole = await readData(path, { columns, encoding })
  const rows: unknown[] = []
  const found: Read['findings'] = []
  for await (const batch of readBatches(path, { columns, encoding, batchRows: 3 })) {
    rows.push(...batch.frame.toRows())
    found.push(...batch.findings)
  }
  expect(rows).toEqual(whole.frame.toRows())
  expect(found).toEqual(whole.findings)
  return { rows, findings: found }
}

async function refusals(path: string, encoding?: TextEncoding): Promise<string[]> {
  const drain = async (): Promise<void> => {
    for await (const batch of readBatches(path, { columns, encoding, batchRows: 3 }))
      expect(batch).toBeDefined()
  }
  const told: string[] = []
  for (const work of [scanTable(path, { encoding }), drain()]) {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ name: 'ClaimsError', code: 'unreadable_file' })
    told.push((error as Error).message)
  }
  return told
}

const towns = ['Bär', 'Bör', 'Bür', 'Born', 'Ålesund', 'Besançon']
const csv = `town,note\n${Array.from({ length: 40 }, (_, i) => `${towns[i % 6] ?? ''},n${String(i)}`).join('\n')}\n`
const expected = Array.from({ length: 40 }, (_, i) => ({ town: towns[i % 6], note: `n${String(i)}` }))

describe('encodings that are recognised', () => {
  const swapped = Buffer.from(`\uFEFF${csv}`, 'utf16le').swap16()
  test.each([
    ['UTF-8', Buffer.from(csv), undefined],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${csv}`), undefined],
    [
      'Windows-1252',
      Buffer.from(csv, 'latin1'),
      /Windows-1252.*: 33 lines hold.*lines 2, 3 and 4; byte E4 is "ä" \(line 2\), byte F6/,
    ],
    [
      'UTF-16 LE with a mark',
      Buffer.from(`\uFEFF${csv}`, 'utf16le'),
      /UTF-16 LE text by its byte order mark/,
    ],
    ['UTF-16 LE without', Buffer.from(csv, 'utf16le'), /UTF-16 LE text by its NUL bytes/],
    ['UTF-16 BE with a mark', swapped, /UTF-16 BE text by its byte order mark/],
    ['UTF-16 BE without', swapped.subarray(2), /UTF-16 BE text by its NUL bytes/],
  ])('%s', async (_, bytes, said) => {
    await using folder = await temporaryFolder()
    const { rows, findings } = await readBoth(await folder.write('d.csv', bytes))
    expect(rows).toEqual(expected)
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual(
      said === undefined ? [] : [['encoding', 'warning']],
    )
    if (said !== undefined) expect(findings[0]?.problem).toMatch(said)
  })

  test('JSON and JSON Lines, too', async () => {
    await using folder = await temporaryFolder()
    const lines = expected.map((row) => JSON.stringify(row))
    for (const contents of [lines.join('\n'), `[${lines.join(',\n')}]`])
      for (const encoding of ['latin1', 'utf16le'] as const) {
        const { rows, findings } = await readBoth(
          await folder.write('d.json', Buffer.from(contents, encoding)),
        )
        expect(rows).toEqual(expected)
        expect(findings).toMatchObject([{ rule: 'encoding' }])
      }
  })

  test('different bytes never become one text', async () => {
    await using folder = await temporaryFolder()
    const undefinedBytes = [0x81, 0x8d, 0x8f, 0x90, 0x9d]
    const letters = Array.from({ length: 128 }, (_, i) => i + 128).filter((b) => !undefinedBytes.includes(b))
    const bytes = Buffer.concat([
      Buffer.from('town,note\n'),
      ...letters.map((byte) => Buffer.from([0x61, 0x20, byte, 0x62, 0x2c, 0x78, 0x0a])),
    ])
    for (const encoding of ['windows-1252', 'iso-8859-1'] as const) {
      const { rows } = await readBoth(await folder.write('d.csv', bytes), encoding)
      expect(new Set(rows.map((row) => (row as { town: string }).town)).size).toBe(letters.length)
    }
  })

  test('what is first met deep in a large file is named with its line', async () => {
    await using folder = await temporaryFolder()
    const lines = 400_000
    const head = Buffer.from(`town,note\n${'Born,0123456789\n'.repeat(lines)}`)
    const path = await folder.write('d.csv', Buffer.concat([head, Buffer.from('B\xe4r,x\n', 'latin1')]))
    const whole = await scanTable(path)
    expect(whole.findings).toMatchObject([{ rule: 'encoding' }])
    expect(whole.findings[0]?.problem).toContain(
      `1 line holds such bytes, first on line ${String(lines + 2)};`,
    )
    const found = []
    for await (const batch of readBatches(path, { columns, batchRows: 50_000 })) found.push(...batch.findings)
    expect(found).toEqual(whole.findings)
  })

  test('any text gives itself back in every encoding that can hold it', async () => {
    await using folder = await temporaryFolder()
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', 'ü', 'Ñ', '€', ' ', 'z'),
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
        const contents = `town,note\n${words.map((value, i) => `"x${value}x",${String(i)}`).join('\n')}\n`
        const want = words.map((value, i) => ({ town: `x${value}x`, note: String(i) }))
        for (const bytes of [Buffer.from(contents), Buffer.from(`\uFEFF${contents}`, 'utf16le')]) {
          const { rows } = await readBoth(await folder.write('d.csv', bytes))
          expect(rows).toEqual(want)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('encodings that are refused with their line', () => {
  test.each([
    [
      'mostly UTF-8',
      Buffer.concat([Buffer.from('town,note\nBär,x\n'), Buffer.from('B\xe4r,y\n', 'latin1')]),
      /line 3/,
    ],
    [
      'bytes first, then UTF-8',
      Buffer.concat([Buffer.from('town,note\nB\xe4r,x\n', 'latin1'), Buffer.from('Bär,y\n')]),
      /lines 2 and 3, a character of UTF-8 on line 3/,
    ],
    [
      'Windows-1250',
      Buffer.from('town,note\nPawe\xb3ek,x\nW\xb3adys\xb3aw,y\n', 'latin1'),
      /midst of words.*lines 2 and 3/,
    ],
    ['Windows-1251', Buffer.from('town,note\n\xcc\xee\xf1\xea\xe2\xe0,x\n', 'latin1'), /Cyrillic.*line 2/],
    ['Shift-JIS', Buffer.from('town,note\n\x93\x8c\x8b\x9e,x\n', 'latin1'), /line 2/],
    ['GBK', Buffer.from('town,note\n\xb1\xb1\xbe\xa9\xca\xd0,x\n', 'latin1'), /Chinese.*line 2/],
    ['code page 850', Buffer.from('town,note\nB\x84r,x\nB\x94r,x\n', 'latin1'), /lines 2 and 3/],
    ['Mac Roman', Buffer.from('town,note\nB\x8ar,x\nB\x9ar,x\n', 'latin1'), /Macintosh.*lines 2 and 3/],
    [
      'a byte that Windows-1252 leaves out',
      Buffer.from('town,note\nBorn,x\na\x81b,x\n', 'latin1'),
      /byte 81 on line 3/,
    ],
    ['UTF-32', Buffer.from('fffe000074000000', 'hex'), /UTF-32/],
    ['half a character of UTF-16', Buffer.from('\uFEFFtown,note\na\ud800,b\n', 'utf16le'), /UTF-16 LE/],
  ])('%s', async (_, bytes, said) => {
    await using folder = await temporaryFolder()
    for (const message of await refusals(await folder.write('d.csv', bytes))) {
      expect(message).toMatch(said)
      expect(message.length).toBeLessThan(600)
    }
  })

  test('what is told settles it', async () => {
    await using folder = await temporaryFolder()
    const mixed = await folder.write(
      'd.csv',
      Buffer.concat([Buffer.from('town,note\nBär,x\n'), Buffer.from('B\xe4r,y\n', 'latin1')]),
    )
    const { rows, findings } = await readBoth(mixed, 'windows-1252')
    expect(rows).toEqual([
      { town: 'BÃ¤r', note: 'x' },
      { town: 'Bär', note: 'y' },
    ])
    expect(findings).toEqual([])
    await refusals(await folder.write('d.csv', Buffer.from(csv, 'latin1')), 'utf-8')
  })

  test('UTF-8 that is said to be something else is said to be UTF-8', async () => {
    await using folder = await temporaryFolder()
    const path = await folder.write('d.csv', csv)
    const { findings } = await readBoth(path, 'windows-1252')
    expect(findings).toMatchObject([{ rule: 'encoding' }])
    expect(findings[0]?.problem).toMatch(/is valid UTF-8.*line 2/)
    const marked = await readBoth(await folder.write('d.csv', `\uFEFF${csv}`), 'windows-1252')
    expect(marked.rows).toEqual(expected)
    expect(marked.findings[0]?.problem).toMatch(/byte order mark says UTF-8/)
  })
})
