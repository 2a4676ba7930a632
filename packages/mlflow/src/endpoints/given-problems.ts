// What servers refuse, or change without a word, as test/server-rules.json has it from real ones. No zod here: runs
// check each point that they are given before anything is loaded or sent.

import { malformed, malformedProblem } from '../http/malformed-text.ts'

/** Says what is wrong with a value and what is allowed; undefined for one that is right. */
export type Problem<T> = (value: T) => string | undefined

const most64 = 2n ** 63n - 1n
const least64 = -(2n ** 63n)
const longestKey = 250

/** A key of a metric, a param or a tag, which some stores of MLflow use as the path of a file. */
export const keyProblem: Problem<string> = (key) => {
  if (key === '') return 'must not be empty'
  // Python's $ is also before a line feed at the end.
  const odd = /[^\p{L}\p{N}_\-./: ]/u.exec(key.replace(/\n$/, ''))
  if (odd)
    return `must hold only letters, digits, "_", "-", ".", ":", "/" and spaces, not ${JSON.stringify(odd[0])}; got ${quoted(key)}`
  if (isOtherPath(key))
    return `must not read as a path that means another, as with a "/" at its ends, "//", "." or ".." as a part, or ".." at its beginning; got ${quoted(key)}`
  return lengthProblem(longestKey)(key)
}

/** A text that servers can keep. */
export const wellFormedProblem: Problem<string> = (text) =>
  malformed.test(text) ? `${malformedProblem}; got ${quoted(text)}` : undefined

/** A step: an int64. Servers store what is beyond as step 0. */
export const stepProblem: Problem<unknown> = (step) => {
  const right = typeof step === 'bigint' ? step >= least64 && step <= most64 : Number.isSafeInteger(step)
  return right
    ? undefined
    : `must be a whole number from -(2^63) to 2^63 - 1, as a bigint beyond 2^53; got ${quoted(step)}`
}

/** A time of a run. */
export const timeProblem: Problem<unknown> = (time) =>
  Number.isSafeInteger(time)
    ? undefined
    : `must be milliseconds since 1970, a whole number; got ${quoted(time)}`

/** The time of a metric's point. */
export const timestampProblem: Problem<unknown> = (timestamp) =>
  Number.isSafeInteger(timestamp) && Number(timestamp) >= 0
    ? undefined
    : `must be milliseconds since 1970, a whole number from 0 to 2^53 - 1; got ${quoted(timestamp)}`

/** A metric's value. */
export const metricValueProblem: Problem<unknown> = (value) =>
  typeof value === 'number' ? undefined : `must be a number; got ${typeof value}`

/** The end of a run; servers take 0 for none. */
export const endTimeProblem: Problem<unknown> = (time) =>
  Number.isSafeInteger(time) && time !== 0
    ? undefined
    : `must be milliseconds since 1970, a whole number that is not 0; got ${quoted(time)}`

/** A name that is no key: not empty, at most so long. */
export const namedProblem =
  (most: number): Problem<string> =>
  (name) =>
    name === '' ? 'must not be empty' : lengthProblem(most)(name)

/** A registered model's name. */
export const modelNameProblem: Problem<string> = (name) => {
  if (name.trim() === '') return 'must not be empty or blank'
  if (/[/:]/.test(name)) return `must not hold "/" or ":"; got ${quoted(name)}`
  if (isOtherPath(name)) return `must not be "." or begin with ".."; got ${quoted(name)}`
  return lengthProblem(256)(name)
}

/** A logged model's name. */
export const loggedModelNameProblem: Problem<string> = (name) => {
  if (name === '') return 'must not be empty'
  if (/[/:.%"']/.test(name)) return `must not hold / : . % " or '; got ${quoted(name)}`
  return lengthProblem(500)(name)
}

/** An alias of a version. */
export const aliasProblem: Problem<string> = (alias) => {
  const plain = alias.replace(/\n$/, '')
  if (alias === '' || /[^\p{L}\p{N}_-]/u.test(plain) || /^latest$/i.test(alias) || /^v\p{Nd}+$/iu.test(plain))
    return `must be letters, digits, "_" and "-", and neither "latest" nor "v" with a number, which MLflow keeps for itself; got ${quoted(alias)}`
  return lengthProblem(255)(alias)
}

/** A text of at most so many characters. Servers count characters, not UTF-16 units. */
export const lengthProblem =
  (most: number): Problem<string> =>
  (text) => {
    if (text.length <= most) return undefined
    const length = text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
    return length <= most
      ? undefined
      : `must have at most ${most.toLocaleString('en')} characters; it has ${length.toLocaleString('en')}`
  }

/** As Python's `posixpath.normpath`: whether a name, taken for a path, is another one or leaves its folder. */
function isOtherPath(name: string): boolean {
  return (
    name.startsWith('..') ||
    name.startsWith('/') ||
    name.endsWith('/') ||
    name
      .split('/')
      .some((part, i, parts) => part === '.' || part === '' || (part === '..' && parts.length > 1))
  )
}

/** A value for a message, cut. */
export function quoted(value: unknown): string {
  if (typeof value !== 'string')
    return typeof value === 'bigint' ? `${value}n`.slice(0, 60) : String(value).slice(0, 60)
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)
}
