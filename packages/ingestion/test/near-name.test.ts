import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { describeName, isNearName } from '../src/near-name.ts'

/** Insertions, deletions, replacements and swaps of neighbours, each text touched once (optimal string alignment). */
function edits(a: string, b: string): number {
  const at = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const ways = [at[i - 1]![j - 1]! + same, at[i - 1]![j]! + 1, at[i]![j - 1]! + 1]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) ways.push(at[i - 2]![j - 2]! + 1)
      at[i]![j] = Math.min(...ways)
    }
  return at[a.length]![b.length]!
}

function expectedNear(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length)
  const most = shorter < 4 ? 0 : shorter < 6 ? 1 : 2
  return most > 0 && edits(a, b) <= most
}

const near = (a: string, b: string): boolean => isNearName(describeName(a), describeName(b))
const word = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 })
  .map((letters) => letters.join(''))

describe('a near name', () => {
  test('is within the edits that its length allows', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect([a, b, near(a, b)]).toEqual([a, b, expectedNear(a, b)])
      }),
      { numRuns: 3000 },
    )
  })

  test('is a word with some letters changed', () => {
    const change = fc.tuple(
      fc.nat(8),
      fc.constantFrom('add', 'cut', 'swap', 'set'),
      fc.constantFrom('x', 'a'),
    )
    fc.assert(
      fc.property(word, fc.array(change, { maxLength: 3 }), (from, changes) => {
        const letters = Array.from(from)
        for (const [at, kind, letter] of changes) {
          if (kind === 'add') letters.splice(at, 0, letter)
          else if (kind === 'cut') letters.splice(at, 1)
          else if (kind === 'set' && at < letters.length) letters[at] = letter
          else if (at + 1 < letters.length) letters.splice(at, 2, letters[at + 1]!, letters[at]!)
        }
        const to = letters.join('')
        expect([from, to, near(from, to)]).toEqual([from, to, expectedNear(from, to)])
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['abc', 'abc', false],
    ['abcd', 'abcd', true],
    ['abcd', 'abdc', true],
    ['abcd', 'abxy', false],
    ['abcde', 'abxye', false],
    ['abcdef', 'abxyef', true],
    ['abcdef', 'xbydez', false],
    ['abcdef', 'abcdefgh', true],
    ['abcdef', 'abcdefghi', false],
    ['income_2019', 'income_2020', false],
    ['income_2019', 'inkome2019', true],
    ['Kunden-Nummer', 'kunden nummer', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect([near(a, b), near(b, a)]).toEqual([expected, expected])
  })
})
