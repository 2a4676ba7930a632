import { labelKey } from './label-classes.ts'
import { decoratedNumber, digitFormats, digitsParser } from './parse-number.ts'

/** What usually is the positive class, and what stands against it. */
const opposites: Readonly<Record<string, readonly string[]>> = {
  '1': ['0', '-1'],
  true: ['false'],
  yes: ['no'],
  y: ['n'],
  t: ['f'],
  '+': ['-'],
  positive: ['negative', 'neg'],
  fraud: ['legit', 'legitimate', 'normal', 'genuine', 'ok', 'clean', 'honest', 'valid'],
  pos: ['neg', 'negative'],
  bad: ['good', 'ok'],
  high: ['low', 'normal'],
  default: ['paid', 'current', 'repaid'],
}
/** Yes and no, true and false in other languages; beside any other word they say nothing. */
const foreign: Readonly<Record<string, readonly string[]>> = {
  ja: ['nein', 'nej', 'nee', 'nei'],
  j: ['n'],
  oui: ['non'],
  o: ['n'],
  si: ['no'],
  sí: ['no'],
  s: ['n'],
  sim: ['não', 'nao'],
  tak: ['nie'],
  ano: ['ne'],
  áno: ['nie'],
  da: ['nu', 'ne'],
  igen: ['nem'],
  kyllä: ['ei'],
  evet: ['hayır', 'hayir'],
  да: ['нет'],
  так: ['ні'],
  wahr: ['falsch'],
  vrai: ['faux'],
  vero: ['falso'],
  verdadero: ['falso'],
  verdadeiro: ['falso'],
}
const negation = /^(no|not|non|un)[ _-]?/

/** The positive one of two values and why; undefined where nobody can tell. */
export interface GuessedPositive {
  readonly key: string
  readonly reason: string
}

/**
 * Which of two label values is the positive one: by its usual meaning where the other is its opposite (1 and 0, yes and
 * no, fraud and not fraud), else the rarer one of two words. Two other numbers, however they are written, a usual word beside one that is not its
 * opposite (1 and 2, high and very high) and a word beside one that contains it are left open.
 *
 * @param first value and how many rows have it
 */
export function guessPositive(
  first: { readonly text: string; readonly count: number },
  second: { readonly text: string; readonly count: number },
): GuessedPositive | undefined {
  const a = labelKey(first.text)
  const b = labelKey(second.text)
  for (const [key, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (opposes(key, other) || (foreign[key]?.includes(other) ?? false) || isOneAndZero(key, other))
      return { key, reason: 'by its usual meaning' }
  const numbers = [a, b].every((key) => key !== '' && decoratedNumber(key) !== undefined)
  const usual = [a, b].some((key) => Object.hasOwn(opposites, key))
  if (numbers || usual || contains(a, b) || contains(b, a)) return undefined
  return { key: first.count <= second.count ? a : b, reason: 'the rarer of two' }
}

function opposes(key: string, other: string): boolean {
  if (!Object.hasOwn(opposites, key)) return false
  return (
    opposites[key]?.includes(other) === true || (negation.test(other) && other.replace(negation, '') === key)
  )
}

/** Whether both are numbers in one way of writing, such as 1,0 and 0,0. */
function isOneAndZero(key: string, other: string): boolean {
  const [one, zero] = [decoratedNumber(key), decoratedNumber(other)]
  if (one === undefined || zero === undefined || one.negative || one.percent || zero.percent) return false
  // 01 and 00 are codes.
  if ([one, zero].some(({ body }) => /^0\d/.test(body))) return false
  return digitFormats.some((format) => {
    const parse = digitsParser(format)
    return parse(one.body) === 1 && parse(zero.body) === 0
  })
}

function contains(long: string, short: string): boolean {
  return long.split(/[^\p{L}\p{N}]+/u).includes(short)
}
