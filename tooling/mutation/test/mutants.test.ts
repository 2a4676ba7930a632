import { describe, expect, test } from '@jest/globals'
import { isListed } from '../src/cosmetic.ts'
import { mutantsOf } from '../src/mutants.ts'
import { drawSample } from '../src/sample.ts'

const changes = (text: string): string[] => mutantsOf(text).map(({ change }) => change)

describe('mutantsOf', () => {
  test.each([
    ['a < b', ['< -> <=', '< -> >=']],
    ['a === b && c', ['&& -> ||', '=== -> !==']],
    ['x += y * 2', ['+= -> -=', '* -> /', '2 -> (2 + 1)']],
    ['let i = 0', ['0 -> 1']],
    ['f(true, !a)', ['f(true, !a) -> void 0;', 'true -> false', '!a -> a']],
    ['a ? b : -c', ['a -> !(a)', '-c -> c']],
    ['Math.floor(a.some(b))', ['Math.floor(a.some(b)) -> void 0;', 'floor -> ceil', 'some -> every']],
    ['if (a) b = c', ['a -> !(a)']],
  ])('%s', (text, expected) => {
    expect(changes(text)).toEqual(expected)
  })

  test.each([
    "throw new Error(a < b ? 'x' : 'y')",
    "const text = 'a' + b",
    'const text = `${a + b}`',
    'type A = 1 | true',
    "import { a } from 'b'",
    'const name = Math.floor',
  ])('%s has no change that counts', (text) => {
    expect(changes(text)).toEqual([])
  })

  test('a change is made where it is said to be', () => {
    const text = 'const a = 1\nconst b = a <= 2\n'
    const [, mutant] = mutantsOf(text)
    expect(mutant?.line).toBe(2)
    expect(text.slice(0, mutant?.start) + (mutant?.replacement ?? '') + text.slice(mutant?.end)).toBe(
      'const a = 1\nconst b = a < 2\n',
    )
  })
})

describe('drawSample', () => {
  const list = Array.from({ length: 50 }, (_, i) => i)

  test('draws as many as asked, in order, the same for the same seed', () => {
    const drawn = drawSample(list, { size: 10, seed: 3 })
    expect(drawn).toHaveLength(10)
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b))
    expect(drawSample(list, { size: 10, seed: 3 })).toEqual(drawn)
    expect(drawSample(list, { size: 10, seed: 4 })).not.toEqual(drawn)
  })

  test('draws each about equally often, and all where nothing is asked', () => {
    const counts = new Array<number>(50).fill(0)
    for (let seed = 0; seed < 1000; seed++)
      for (const item of drawSample(list, { size: 10, seed })) counts[item]! += 1
    // Binomial with mean 200 and standard deviation 12.6: five of them.
    expect(Math.min(...counts)).toBeGreaterThan(137)
    expect(Math.max(...counts)).toBeLessThan(263)
    expect(drawSample(list, { size: undefined, seed: 1 })).toEqual(list)
    expect(drawSample(list, { size: 60, seed: 1 })).toEqual(list)
  })
})

test('a listed change is known by its line, wherever that stands', () => {
  const list = [{ path: 'a.ts', line: 'x < 1', change: '< -> <=', reason: 'the same' }]
  expect(isListed(list, { path: 'a.ts', line: '  x < 1', change: '< -> <=' })).toBe(true)
  expect(isListed(list, { path: 'a.ts', line: '  x < 1', change: '< -> >=' })).toBe(false)
  expect(isListed(list, { path: 'b.ts', line: 'x < 1', change: '< -> <=' })).toBe(false)
})
