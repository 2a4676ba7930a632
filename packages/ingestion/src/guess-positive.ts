import { labelKey } from './label-classes.ts'

/** What usually is the positive class, and what stands against it. */
const opposites: Readonly<Record<string, readonly string[]>> = {
  '1': ['0', '-1'],
  true: ['false'],
  yes: ['no'],
  y: ['n'],
  t: ['f'],
  positive: ['negative', 'neg'],
  fraud: ['legit', 'legitimate', 'normal', 'genuine', 'ok', 'clean', 'honest', 'valid'],
  bad: ['good', 'ok'],
  high: ['low', 'normal'],
  default: ['paid', 'current', 'repaid'],
}
const negation = /^(no|not|non|un)[ _-]?/

/** The positive one of two values and why; undefined where nobody can tell. */
export interface GuessedPositive {
  readonly key: string
  readonly reason: string
}

/**
 * Which of two label values is the positive one: by its usual meaning where the other is its opposite (1 and 0, yes and
 * no, fraud and not fraud), else the rarer one of two words. Two other numbers, a usual word beside one that is not its
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
    if (opposes(key, other)) return { key, reason: 'by its usual meaning' }
  const numbers = [a, b].every((key) => key !== '' && Number.isFinite(Number(key)))
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

function contains(long: string, short: string): boolean {
  return long.split(/[^\p{L}\p{N}]+/u).includes(short)
}
