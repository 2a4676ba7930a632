import { describe, expect, test } from '@jest/globals'
import { decodeText, TextDecoding, type TextEncoding } from '../src/text-decoding.ts'

/** A text in two parts, cut at a place. */
function inParts(bytes: Buffer, cut: number, encoding?: TextEncoding): { text: string; problems: string[] } {
  const decoding = new TextDecoding(bytes, { source: 'd.csv', encoding })
  const first = bytes.subarray(decoding.mark, Math.max(cut, decoding.mark))
  const line = (): number => 1
  const parts = [
    decoding.decode(first, { final: false, line }),
    decoding.decode(bytes.subarray(decoding.mark + first.length), { final: true, line }),
  ]
  return {
    text: Buffer.concat(parts).toString(),
    problems: decoding.findings().map(({ problem }) => problem),
  }
}

// The last ones hold the byte 80, the first that goes on with a character.
const text = 'a,bé\n€x😀é€😀\r\nzz\ré,1\n\u1000\u{10000}'

describe('a text that comes in parts is what it is as a whole', () => {
  test.each<[string, Buffer, TextEncoding | undefined, string]>([
    ['UTF-8', Buffer.from(text), undefined, text],
    ['UTF-8 as told', Buffer.from(text), 'utf-8', text],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`), undefined, text],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), undefined, text],
    ['UTF-16 as told', Buffer.from(text, 'utf16le'), 'utf-16le', text],
    [
      'Windows-1252',
      Buffer.from('a,b\xe9\nx\xe4\r\nzz\r\xfc,1\n', 'latin1'),
      undefined,
      'a,bé\nxä\r\nzz\rü,1\n',
    ],
    ['UTF-8 read as Windows-1252', Buffer.from('é,€\n'), 'windows-1252', 'Ã©,â‚¬\n'],
    ['UTF-8 read as ISO 8859-1', Buffer.from('é\n'), 'iso-8859-1', 'Ã©\n'],
  ])('%s', (_, bytes, encoding, expected) => {
    const whole = decodeText(bytes, { source: 'd.csv', encoding })
    expect(whole.text.toString()).toBe(expected)
    const problems = whole.findings.map(({ problem }) => problem)
    for (let cut = 0; cut <= bytes.length; cut++)
      expect([cut, inParts(bytes, cut, encoding)]).toEqual([cut, { text: expected, problems }])
  })

  test('lines of bytes beyond ASCII are counted by LF, CRLF and CR, wherever it is cut', () => {
    const bytes = Buffer.from('a\n\xe9\r\nb\r\xe4\xe4\n\xfc\n\xf6\n', 'latin1')
    const { findings } = decodeText(bytes, { source: 'd.csv' })
    expect(findings[0]?.problem).toContain(
      '4 lines hold such bytes, first on lines 2, 4 and 5; byte E9 is "é" (line 2), byte E4 is "ä" (line 4), byte FC is "ü" (line 5)',
    )
  })
})

describe('bytes that are not UTF-8 within UTF-8 are counted one by one', () => {
  test.each([
    ['one', 'a\né€😀é€😀é\n', [0xe4], '1 byte, first on line 3'],
    ['one behind a character of four bytes', '😀', [0x80], '1 byte, first on line 1'],
    ['two on one line', 'é\r\n', [0xe4, 0xe4], '2 bytes, first on line 2'],
    ['on four lines', 'é', [0xff, 10, 0xff, 13, 0xff, 10, 0xff], '4 bytes, first on lines 1, 2 and 3'],
    ['on two lines', 'é', [0xff, 13, 10, 0xff], '2 bytes, first on lines 1 and 2'],
    ['the start of a character at the end', 'é', [0xf0, 0x9f, 0x98], '3 bytes, first on line 1'],
    ['an overlong form', 'é', [0xc1, 0x81], '2 bytes, first on line 1'],
  ])('%s', (_, before, bytes, said) => {
    const all = Buffer.concat([Buffer.from(before), Buffer.from(bytes)])
    expect(() => decodeText(all, { source: 'd.csv' })).toThrow(`is UTF-8 except for ${said}`)
  })
})

describe('the start of a text', () => {
  const read = (...bytes: number[]): unknown => decodeText(Buffer.from(bytes), { source: 'd.csv' }).encoding

  test('UTF-16 without a mark has a NUL in three of ten bytes, two at least, on one side only', () => {
    expect(read(97, 0, 98, 0)).toBe('utf-16le')
    expect(read(0, 97, 0, 98)).toBe('utf-16be')
    const asian = (nuls: number): number[] =>
      Array.from({ length: 10 }, (_, i) => [i < nuls ? 97 : 0x4e2d]).flatMap(([unit = 0]) => [
        unit & 255,
        unit >> 8,
      ])
    expect(read(...asian(6))).toBe('utf-16le')
    expect(() => read(...asian(5))).toThrow('holds binary data')
    expect(() => read(97, 0)).toThrow('holds binary data')
    expect(() => read(97, 0, 98, 0, 0, 0)).toThrow('holds binary data')
  })

  test('UTF-32 is refused by its mark', () => {
    expect(() => read(0xff, 0xfe, 0, 0)).toThrow('is UTF-32 text')
    expect(() => read(0, 0, 0xfe, 0xff)).toThrow('is UTF-32 text')
    expect(read(0xff, 0xfe, 97, 0)).toBe('utf-16le')
    expect(read(0xfe, 0xff, 0, 97)).toBe('utf-16be')
  })
})
