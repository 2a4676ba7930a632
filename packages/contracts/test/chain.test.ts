import { describe, expect, test } from '@jest/globals'
import { emptyLedger } from '@claims/contracts'
import { chainLines, checkLine } from '@claims/contracts/chain'
import { sha256 } from '@claims/contracts/files'

/** Positions and problems of lines that do not hold. */
function problemsOf(lines: readonly string[]): readonly (readonly [number, string])[] {
  let last = emptyLedger
  return lines.flatMap((line, i) => {
    const checked = checkLine(line, last)
    last = checked.sha256
    return checked.problem === null ? [] : [[i + 1, checked.problem] as const]
  })
}

describe('a chain', () => {
  const lines = chainLines([{ a: 1 }, { b: 'zwei – 二' }, { c: null }], emptyLedger)

  test('holds as it was made, in pieces too', () => {
    expect(problemsOf(lines)).toEqual([])
    expect(lines[0]).toBe(`{"a":1,"previous_sha256":"${emptyLedger}"}`)
    const more = chainLines([{ d: true }, { previous_sha256: 'its own' }], sha256(lines[2] ?? ''))
    expect(problemsOf([...lines, ...more])).toEqual([])
    expect(chainLines([], emptyLedger)).toEqual([])
  })

  test('breaks at what was altered, removed, inserted, or put elsewhere', () => {
    const broken = 'does not follow the line before it'
    const [one = '', two = '', three = ''] = lines
    expect(problemsOf([one.replace('1', '2'), two, three])).toEqual([[2, broken]])
    expect(problemsOf([two, three])).toEqual([[1, broken]])
    expect(problemsOf([one, three])).toEqual([[2, broken]])
    expect(problemsOf([one, ...chainLines([{ x: 1 }], emptyLedger), two, three])).toEqual([
      [2, broken],
      [3, broken],
    ])
    expect(problemsOf([one, three, two])).toEqual([
      [2, broken],
      [3, broken],
    ])
    expect(problemsOf([`${one} `, two, three])).toEqual([[2, broken]])
  })

  test.each([
    ['', 'is no JSON object'],
    ['{"a":', 'is no JSON object'],
    ['[]', 'is no JSON object'],
    ['null', 'is no JSON object'],
    ['"text"', 'is no JSON object'],
    ['{}', 'names no line before it'],
    [`{"previous_sha256":0}`, 'names no line before it'],
    [`{"__proto__":{"previous_sha256":"${emptyLedger}"}}`, 'names no line before it'],
  ])('does not take %j', (line, problem) => {
    expect(problemsOf([line])).toEqual([[1, problem]])
  })
})
