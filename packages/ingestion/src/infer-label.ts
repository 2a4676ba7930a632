import { ClaimsError, type Blueprint } from '@claims/contracts'
import { nearestName } from './nearest-name.ts'
import { numberOf, type ColumnProfile, type Level } from './profile-column.ts'

/** The label of an inferred blueprint and how it was chosen. */
export interface InferredLabel {
  readonly type: 'number' | 'category'
  readonly positive: Blueprint['label']['positive']
  readonly negative: string | number | undefined
  readonly reason: string
}

const positiveTexts = new Set(['1', 'true', 'yes', 'y', 't', 'positive', 'fraud', 'bad', 'high', 'default'])
const predicate = /^>\s*(.+)$/

/**
 * Which value of the label is the positive class.
 *
 * @param positive a value of the column, or `>` and a number; without it the column must have two values, and 1, true,
 *   yes or the like is positive, else the rarer value
 * @throws ClaimsError `label_single_class`, `label_invalid`
 */
export function inferLabel(profile: ColumnProfile, positive: string | undefined): InferredLabel {
  const type = profile.numberShare === 1 ? 'number' : 'category'
  const found = profile
    .levels(10)
    .map(({ text }) => text)
    .join(', ')
  const fail = (problem: string, allowed: string): never => {
    throw new ClaimsError('label_invalid', `The label "${profile.name}" ${problem}`, {
      problems: [{ field: profile.name, problem, allowed }],
    })
  }
  const above = predicate.exec(positive ?? '')
  if (above !== null) {
    const bound = numberOf(above[1] ?? '')
    if (type !== 'number' || !Number.isFinite(bound))
      return fail(`is not a number, so "${positive ?? ''}" says nothing`, `one of ${found}`)
    if (profile.maximum <= bound || profile.minimum > bound)
      throw singleClass(profile.name, `never changes at ${positive ?? ''}`)
    return {
      type,
      positive: { greater_than: bound },
      negative: undefined,
      reason: `positive above ${String(bound)}, as named`,
    }
  }
  const levels = profile.levels(Infinity)
  const values = [...new Set(levels.map(({ text }) => (type === 'number' ? numberOf(text) : text)))]
  if (values.length < 2) throw singleClass(profile.name, `has only the value ${found || '(missing)'}`)
  const [chosen, reason] =
    positive === undefined ? guessPositive(levels, values) : [asValue(positive, type), 'as named']
  if (chosen === undefined)
    return fail(
      `has ${String(values.length)} values (${found}) and no positive one was named`,
      `positive: one of ${found}, or ">0" for a number`,
    )
  if (!values.includes(chosen)) return fail(`never is "${String(chosen)}"`, `positive: one of ${found}`)
  const others = values.filter((value) => value !== chosen)
  return {
    type,
    positive: chosen,
    negative: others.length === 1 ? others[0] : undefined,
    reason: `positive is ${String(chosen)}, ${reason}`,
  }
}

/** The position of the label. @throws ClaimsError `label_absent` */
export function labelPosition(names: readonly string[], label: string): number {
  const position = names.indexOf(label)
  if (position >= 0) return position
  const near = nearestName(label, names)
  const problem = near === undefined ? 'is absent' : `is absent; did you mean "${near}"?`
  throw new ClaimsError('label_absent', `The label column "${label}" ${problem}`, {
    problems: [{ field: label, problem, allowed: names.join(', ') }],
  })
}

function guessPositive(
  levels: readonly Level[],
  values: readonly (string | number)[],
): readonly [string | number | undefined, string] {
  if (values.length > 2) return [undefined, '']
  const named = values.filter((value) => positiveTexts.has(String(value).trim().toLowerCase()))
  if (named.length === 1) return [named[0], 'by its usual meaning']
  const countOf = (value: string | number): number => {
    let sum = 0
    for (const { text, count } of levels) if (text === value || numberOf(text) === value) sum += count
    return sum
  }
  const [first, second] = values
  if (first === undefined || second === undefined) return [undefined, '']
  return [countOf(first) <= countOf(second) ? first : second, 'the rarer of two']
}

function asValue(text: string, type: 'number' | 'category'): string | number {
  return type === 'number' ? numberOf(text) : text
}

function singleClass(name: string, problem: string): ClaimsError {
  return new ClaimsError('label_single_class', `The label "${name}" ${problem}`, {
    problems: [{ field: name, problem, allowed: 'rows of two classes' }],
  })
}
