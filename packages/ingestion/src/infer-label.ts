import { ClaimsError, type Blueprint, type DataWarning } from '@claims/contracts'
import { parseBoolean } from './canonical-text.ts'
import { guessPositive } from './guess-positive.ts'
import { labelKey } from './label-classes.ts'
import { isMissingWord, isPlus, isUnknownWord } from './missing-words.ts'
import { nearestName } from './nearest-name.ts'
import type { ColumnProfile } from './profile-column.ts'

/** What the caller says about the label's values. */
export interface LabelHints {
  /** A value, or `>` and a number. */
  readonly positive?: string | undefined
  /** Negative values; a value that is named nowhere is an error. */
  readonly negative?: readonly string[] | undefined
  /** Values that say that the outcome is not known. */
  readonly missingLabel?: readonly string[] | undefined
}

/** The label of an inferred blueprint and how it was chosen. */
export interface InferredLabel {
  readonly type: 'number' | 'category'
  readonly positive: Blueprint['label']['positive']
  readonly negative: Blueprint['label']['negative']
  /** Values that say that the outcome is not known, as they are written. */
  readonly missing: readonly string[]
  readonly reason: string
  readonly warnings: readonly DataWarning[]
}

/** The spellings of one value. */
interface LabelValue {
  readonly key: string
  /** The most frequent spelling. */
  readonly text: string
  readonly spellings: readonly string[]
  readonly count: number
}

const predicate = /^>\s*(.+)$/
const mostShown = 20

/**
 * Which values of the label are positive, negative and unknown. Values are compared without regard to case and blanks
 * around them; no value is negative unless it is the only other one, the opposite spelling of a truth value, or named.
 *
 * @throws ClaimsError `label_single_class`, `label_invalid`, `ambiguous_data`
 */
export function inferLabel(profile: ColumnProfile, hints: LabelHints = {}): InferredLabel {
  const { name } = profile
  const all = valuesOf(profile)
  const { known, unknown } = setAside(all, hints)
  const shared = {
    missing: unknown.flatMap(({ spellings }) => spellings),
    warnings: warnUnknown(profile, unknown),
  }
  const type = known.every(isNumber) ? 'number' : 'category'
  const bound = predicate.exec(hints.positive ?? '')?.[1]
  if (bound !== undefined) {
    const positive = { greater_than: checkBound(name, Number(bound), { known, hints }) }
    const reason = `positive above ${String(positive.greater_than)}, as named`
    return { type, positive, negative: undefined, reason, ...shared }
  }
  if (known.length < 2) throw tooFew(name, { known, unknown, hints })
  const { positive, reason } = choosePositive(name, known, hints)
  const negative = known.filter((value) => !positive.includes(value))
  checkNegative(name, negative, { known, hints, positive })
  const stored = ({ text, key }: LabelValue): string | number => (type === 'number' ? Number(key) : text)
  const [first] = positive
  if (first === undefined) throw new TypeError('no value is positive')
  const others = negative.map(stored)
  const merged = positive.flatMap(({ spellings }) => spellings)
  return {
    type,
    positive: stored(first),
    negative: others.length === 1 ? others[0] : others,
    reason: `positive is ${shorten(first.text)}${merged.length > 1 ? ` (written ${quoteAll(merged)})` : ''}, ${reason}; negative is ${listed(negative)}`,
    ...shared,
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

function valuesOf(profile: ColumnProfile): LabelValue[] {
  const byKey = new Map<string, { text: string; most: number; spellings: string[]; count: number }>()
  for (const { text, count } of [...profile.levels(Infinity), ...profile.missingTokens]) {
    const trimmed = text.trim()
    const key = labelKey(trimmed)
    const value = byKey.get(key)
    if (value === undefined) {
      byKey.set(key, { text: trimmed, most: count, spellings: [trimmed], count })
      continue
    }
    if (!value.spellings.includes(trimmed)) value.spellings.push(trimmed)
    value.count += count
    if (count > value.most) [value.text, value.most] = [trimmed, count]
  }
  return [...byKey].map(([key, { text, spellings, count }]) => ({ key, text, spellings, count }))
}

function setAside(
  all: readonly LabelValue[],
  hints: LabelHints,
): { known: LabelValue[]; unknown: LabelValue[] } {
  const named = new Set([hints.positive ?? [], hints.negative ?? []].flat().map(labelKey))
  const missing = new Set((hints.missingLabel ?? []).map(labelKey))
  // Beside a plus a minus is the other side, not a missing value.
  if (all.some(({ key }) => isPlus(key))) named.add('-')
  const isUnknown = ({ key }: LabelValue): boolean =>
    missing.has(key) || (!named.has(key) && isUnknownWord(key))
  return { known: all.filter((value) => !isUnknown(value)), unknown: all.filter(isUnknown) }
}

function checkBound(
  name: string,
  bound: number,
  { known, hints }: { known: readonly LabelValue[]; hints: LabelHints },
): number {
  const positive = hints.positive ?? ''
  if (!Number.isFinite(bound) || known.length === 0 || !known.every(isNumber))
    throw invalid(name, `is not a number, so "${positive}" says nothing`, `one of ${listed(known)}`)
  const numbers = known.map(({ key }) => Number(key))
  if (!numbers.some((value) => value > bound) || numbers.every((value) => value > bound))
    throw singleClass(name, `never changes at ${positive}`)
  return bound
}

function tooFew(
  name: string,
  { known, unknown, hints }: { known: LabelValue[]; unknown: LabelValue[]; hints: LabelHints },
): ClaimsError {
  const told = new Set((hints.missingLabel ?? []).map(labelKey))
  const open = unknown.filter(({ key }) => !told.has(key) && !isMissingWord(key))
  if (known.length === 1 && open.length > 0) {
    const word = shorten(open[0]?.text ?? '')
    const problem = `is ${listed(known)} beside ${listed(open)}: "${word}" is the other class, or says that the outcome is not known`
    return ambiguous(name, problem, `--negative "${word}" or --missing-label "${word}"`)
  }
  return singleClass(
    name,
    `has only the value ${known.length === 0 ? '(missing)' : known.map(({ text }) => shorten(text)).join(', ')}`,
  )
}

function choosePositive(
  name: string,
  known: readonly LabelValue[],
  hints: LabelHints,
): { positive: LabelValue[]; reason: string } {
  const truths = known.every(({ key }) => parseBoolean(key) !== undefined)
  const sideOf = (side: number | undefined): LabelValue[] =>
    byCount(known.filter(({ key }) => parseBoolean(key) === side))
  if (hints.positive !== undefined) {
    const key = labelKey(hints.positive)
    const found = known.filter((value) => value.key === key)
    if (found.length === 0)
      throw invalid(name, `never is "${shorten(hints.positive)}"`, `positive: one of ${listed(known)}`)
    const rest = truths ? sideOf(parseBoolean(key)).filter((value) => value.key !== key) : []
    return { positive: [...found, ...rest], reason: 'as named' }
  }
  const named = new Set((hints.negative ?? []).map(labelKey))
  const left = known.filter(({ key }) => !named.has(key))
  if (named.size > 0 && left.length === 1)
    return { positive: left, reason: 'the one that was not named negative' }
  if (truths && sideOf(1).length > 0 && sideOf(0).length > 0)
    return { positive: sideOf(1), reason: 'by its usual meaning' }
  const [first, second] = known
  if (known.length > 2 || first === undefined || second === undefined)
    throw invalid(
      name,
      `has ${String(known.length)} values (${listed(known)}) and no positive one was named`,
      `positive: one of ${texts(known)}, or ">0" for a number`,
    )
  const guess = guessPositive(first, second)
  if (guess === undefined) {
    const [a, b] = [shorten(first.text), shorten(second.text)]
    const problem = `is ${listed(known)}: either may be the positive one`
    throw ambiguous(name, problem, `--positive "${a}" or --positive "${b}"`)
  }
  return { positive: known.filter(({ key }) => key === guess.key), reason: guess.reason }
}

/** Every other value must be named, unless there is only one or all are spellings of true and false. */
function checkNegative(
  name: string,
  negative: readonly LabelValue[],
  of: { known: readonly LabelValue[]; positive: readonly LabelValue[]; hints: LabelHints },
): void {
  if (negative.length === 0) throw singleClass(name, `has only the value ${texts(of.positive)}`)
  const named = new Set((of.hints.negative ?? []).map(labelKey))
  const twice = of.positive.find(({ key }) => named.has(key))
  if (twice !== undefined)
    throw invalid(name, `"${shorten(twice.text)}" is named positive and negative`, 'each value once')
  const absent = (of.hints.negative ?? []).find((text) => !negative.some(({ key }) => key === labelKey(text)))
  if (absent !== undefined)
    throw invalid(name, `never is "${shorten(absent)}"`, `negative: one of ${listed(negative)}`)
  const truths = of.known.every(({ key }) => parseBoolean(key) !== undefined)
  if (named.size === 0 && (negative.length === 1 || truths)) return
  const third = negative.filter(({ key }) => !named.has(key))
  if (third.length === 0) return
  throw invalid(
    name,
    `holds ${listed(of.known)}; ${texts(third)} is neither the positive value ${texts(of.positive)} nor named negative`,
    '--negative VALUE for each value that is negative, --missing-label VALUE for each that says nothing',
  )
}

function warnUnknown(profile: ColumnProfile, unknown: readonly LabelValue[]): DataWarning[] {
  const said = unknown.reduce((sum, { count }) => sum + count, 0)
  const tokens = profile.missingTokens.reduce((sum, { count }) => sum + count, 0)
  const empty = profile.missing - tokens
  const rows = said + empty
  if (rows === 0) return []
  const parts = [
    ...(unknown.length > 0 ? [listed(unknown)] : []),
    ...(empty > 0 ? [`empty (${String(empty)})`] : []),
  ]
  return [
    {
      field: profile.name,
      code: 'label_missing',
      problem: `the outcome of ${String(rows)} rows is not known and they are left out: ${parts.join(', ')}`,
      rows,
      share: rows / (profile.filled + profile.missing),
      examples: unknown.slice(0, 3).map(({ text }) => shorten(text)),
      severity: 'warning',
    },
  ]
}

function isNumber({ key, spellings }: LabelValue): boolean {
  return key !== '' && Number.isFinite(Number(key)) && !spellings.some((text) => /^[+-]?0\d/.test(text))
}

function byCount(values: readonly LabelValue[]): LabelValue[] {
  return [...values].sort((a, b) => b.count - a.count)
}

/** Values with all their spellings and counts. */
function listed(values: readonly LabelValue[]): string {
  const shown = values
    .slice(0, mostShown)
    .map(({ spellings, count }) => `${spellings.slice(0, 5).map(shorten).join('/')} (${String(count)})`)
  const more = values.length - shown.length
  return shown.join(', ') + (more > 0 ? `, and ${String(more)} more` : '')
}

function texts(values: readonly LabelValue[]): string {
  return quoteAll(values.map(({ text }) => text))
}

function quoteAll(all: readonly string[]): string {
  return all
    .slice(0, mostShown)
    .map((text) => `"${shorten(text)}"`)
    .join(', ')
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function invalid(name: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('label_invalid', `The label "${name}" ${problem}`, {
    problems: [{ field: name, problem, allowed }],
  })
}

function ambiguous(name: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('ambiguous_data', `The label "${name}" ${problem}`, {
    problems: [{ field: name, problem, allowed }],
  })
}

function singleClass(name: string, problem: string): ClaimsError {
  return new ClaimsError('label_single_class', `The label "${name}" ${problem}`, {
    problems: [{ field: name, problem, allowed: 'rows of two classes' }],
  })
}
