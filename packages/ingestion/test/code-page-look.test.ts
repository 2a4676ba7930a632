import { describe, expect, test } from '@jest/globals'
import { CodePageLook } from '../src/code-page-look.ts'

/** What is said of bytes; a text stands for its Latin-1 bytes. */
function look(...parts: (string | number[])[]): string | undefined {
  const looking = new CodePageLook()
  for (const part of parts)
    for (const byte of typeof part === 'string' ? Buffer.from(part, 'latin1') : part) looking.see(byte)
  looking.end()
  return looking.foreign
}
const words = (n: number, word: string): string => `${word} `.repeat(n)

const runs = /Cyrillic/
const signs = /midst of words/
const old = /DOS/

describe('Western text', () => {
  test.each([
    ['letters', 'Käse für Besançon, Ålesund, Übung\n'],
    ['pairs of letters', 'Bäär ööde été\n'],
    ['signs around words', '«a» £5 ©x 10° a§ ±3\n'],
    ['signs that stand inside words', 'l\xb4eau col\xb7lecio n\xaao n\xbao a\xadb a\xa0b a\xa7b a\xb0b'],
    ['apostrophes and dashes inside words', 'it\x92s a\x91b a\x96b a\x97b'],
    ['a letter of 80 to 9F among others', 'c\x9cur \xe9t\xe9 \xe9t\xe9'],
    ['a multiplication and a division sign', 'a\xd7b a\xf7b'],
  ])('%s', (_, text) => {
    expect(look(text)).toBeUndefined()
  })
})

describe('other text', () => {
  test('has runs of three bytes or more in more than a fifth', () => {
    expect(look('\xe0\xe1\xe2')).toMatch(runs)
    expect(look('\xe0\xe1 \xe2')).toBeUndefined()
    // 3 of 15 bytes are in runs; 3 of 14 are more than a fifth.
    expect(look('\xe0\xe1\xe2 ', words(12, '\xe9'))).toBeUndefined()
    expect(look('\xe0\xe1\xe2 ', words(11, '\xe9'))).toMatch(runs)
    // A run of five counts five.
    expect(look('\xe0\xe1\xe2\xe3\xe4 ', words(20, '\xe9'))).toBeUndefined()
    expect(look('\xe0\xe1\xe2\xe3\xe4 ', words(19, '\xe9'))).toMatch(runs)
  })

  test('has signs in the midst of words in a twentieth or more', () => {
    expect(look('a\xb9b ', words(19, '\xe9'))).toMatch(signs)
    expect(look('a\xb9b ', words(20, '\xe9'))).toBeUndefined()
    expect(look('a\x99b ')).toMatch(signs)
    expect(look('a\xb9 \xb9b')).toBeUndefined()
    expect(look('Z\xb9z')).toMatch(signs)
    expect(look('1\xb92')).toBeUndefined()
    expect(look('[\xb9`')).toBeUndefined()
    expect(look('{\xb9@')).toBeUndefined()
  })

  test('has letters of 80 to 9F inside words, more than half as many as others', () => {
    expect(look('a\x8ab')).toMatch(old)
    expect(look('a\x8ab ', words(1, '\xe9'))).toMatch(old)
    expect(look('a\x8ab ', words(2, '\xe9'))).toBeUndefined()
    // A division sign is no letter.
    expect(look('a\x8ab ', words(1, '\xe9'), words(1, '\xf7'), words(1, '\xd7'))).toMatch(old)
    for (const byte of [0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f]) expect(look('a', [byte], 'b')).toMatch(old)
  })
})

test('the first thousand bytes beyond ASCII decide', () => {
  expect(look(words(1000, '\xe9'), '\xe0\xe1\xe2'.repeat(1000))).toBeUndefined()
  expect(look(words(999, '\xe9'), '\xb9', words(100, 'a\xb9b'))).toBeUndefined()
  expect(look(words(940, '\xe9'), words(60, 'a\xb9b'))).toMatch(signs)
  expect(look(words(951, '\xe9'), words(60, 'a\xb9b'))).toBeUndefined()
})
