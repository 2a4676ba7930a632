import { describe, expect, test } from '@jest/globals'
import { isSamePerson, requirePerson } from '../src/approvals/person.ts'
import { requireFilled } from '../src/rules/require-text.ts'

const refusal = expect.objectContaining({ code: 'invalid_parameter' })

describe('an actor', () => {
  test.each([
    'ad\u200Ba',
    '\uFEFFada',
    'ada\nada',
    'ada\u202Eada',
    'ada\u2028',
    'a\u00ADda',
    'ada\u3164',
    'ada\u0007',
  ])('is refused where it holds what nobody sees: %j', (name) => {
    expect(() => requireFilled('actor', name)).toThrow(refusal)
    expect(() => requirePerson(name)).toThrow(refusal)
  })

  test('is refused with the character by its number', () => {
    expect(() => requireFilled('actor', 'ad\u200Ba')).toThrow('"ad<U+200B>a"')
  })

  test.each(['user 1000', 'Jürgen Groß', 'DOMAIN\\ada', 'Ольга', 'Νίκος', '田中', 'ada@example.org'])(
    'may be %s, and approve',
    (name) => {
      expect(() => requireFilled('actor', name)).not.toThrow()
      expect(() => requirePerson(name)).not.toThrow()
    },
  )

  test('may be unlike an approver, whose name holds letters, digits and a few signs', () => {
    expect(() => requireFilled('actor', 'ci (nightly)')).not.toThrow()
    expect(() => requirePerson('ci (nightly)')).toThrow(refusal)
  })

  test('gives a reason on several lines', () => {
    expect(() => requireFilled('reason', 'one\n\ttwo')).not.toThrow()
  })
})

describe('an approver', () => {
  test.each(['p\u0430t', 'Gr\u0430ce Hopper', 'ad\u03B1', '\u0391да', 'J\u0075\u0308rgen'])(
    'is refused under a name of letters that look like others: %j',
    (name) => {
      expect(() => requirePerson(name)).toThrow(refusal)
    },
  )

  test.each([
    ['Ada Lovelace', 'adalovelace'],
    ['user 1000', 'USER\u00A01000'],
    ['ada', '\uFF41\uFF44\uFF41'],
    ['Groß', 'GROSS'],
    ['ada', 'ad\u200Ba'],
  ])('%s is the same person as %s', (one, other) => {
    expect(isSamePerson(one, other)).toBe(true)
  })

  test.each([
    ['ada', 'adam'],
    ['Jürgen', 'Jurgen'],
    ['user 1000', 'user 100'],
  ])('%s is another person than %s', (one, other) => {
    expect(isSamePerson(one, other)).toBe(false)
  })
})
