import type { ColumnType, DataWarning } from '@claims/contracts'
import { timestampParser } from '@claims/frame'
import { parseBoolean } from './canonical-text.ts'
import type { Ambiguity, Level } from './column-reading.ts'
import type { ColumnProfile } from './profile-column.ts'

const leastNumbers = 0.5
const leastReadDates = 0.5
const leastDates = 0.9
const leastTruths = 0.9
const fewestDistinctNumbers = 5

/** Why the numbers or dates of a column can be read in two ways; undefined where there is one reading. */
export function readingAmbiguity(profile: ColumnProfile, type: ColumnType): Ambiguity | undefined {
  const { numbers, dates, filled } = profile
  if (type === 'number') return numbers.ambiguity
  if (type === 'timestamp') return dates.ambiguity
  if (numbers.ambiguity !== undefined && numbers.cells > filled * leastNumbers) return numbers.ambiguity
  return dates.ambiguity !== undefined && dates.cells > filled * leastNumbers ? dates.ambiguity : undefined
}

/**
 * What a column of texts almost is: numbers, dates or truth values.
 *
 * @returns a warning with up to three of the texts that do not fit, and the way on; undefined where it almost is none
 */
export function nearMiss(profile: ColumnProfile): DataWarning | undefined {
  const { numbers, dates, filled, numberShare, others } = profile
  if (filled === 0) return undefined
  const likeNumbers = Math.max(numberShare * filled, numberShare > 0 ? numbers.like : 0)
  if (
    others.length > 0 &&
    likeNumbers >= filled * leastNumbers &&
    profile.distinct - others.length >= fewestDistinctNumbers
  )
    return warning(profile, {
      what: `looks like numbers, but ${String(sum(others))} of ${String(filled)} cells cannot be read so`,
      wayOn: 'name the words that mean "missing" in missing_tokens, or write every number in one way',
      odd: others,
    })
  if (numbers.like >= filled * leastNumbers && numbers.cells < numbers.like && numberShare > 0)
    return warning(profile, {
      what: `looks like numbers that are written in more than one way: ${String(numbers.like - numbers.cells)} cells do not fit`,
      wayOn: 'write every number in one way',
      odd: others,
    })
  if (dates.cells >= filled * leastReadDates) {
    const parse = timestampParser(dates.format)
    const unread = others.filter(({ text }) => Number.isNaN(parse(text)))
    return warning(profile, {
      what: `looks like dates, but ${String(sum(unread))} of ${String(filled)} cells cannot be read so`,
      wayOn: 'name the words that mean "missing" in missing_tokens, or write every date in one way',
      odd: unread,
    })
  }
  const around = numbersWithin(profile)
  if (around !== undefined)
    return warning(profile, {
      what: `looks like numbers with something around them that is not read: ${String(sum(around))} of ${String(filled)} cells`,
      wayOn: 'write the numbers alone',
      odd: around,
    })
  const likeDates = Math.max(dates.like, dates.cells)
  if (likeDates >= filled * leastDates)
    return warning(profile, {
      what: 'looks like dates or times in a form that is not read',
      wayOn: 'state how it is written as date_format, such as DD.MM.YYYY HH:mm, with the type timestamp',
      odd: [],
    })
  if (profile.truthShare >= leastTruths && !profile.truth)
    return warning(profile, {
      what: `looks like true and false, but for ${String(Math.round((1 - profile.truthShare) * filled))} cells`,
      wayOn: 'name the words that mean "missing" in missing_tokens',
      odd: profile.others.filter(({ text }) => parseBoolean(text) === undefined),
    })
  return undefined
}

const numberWithin =
  /^(?<before>(?:['’~≈≤≥<>=±#*]|ca\.?|[A-Z]{3}|\p{Sc})?\s*)(?<number>[+-]?(?!0\d)\d(?:[\d.,'’\s]*\d)?)(?<after>(?:[.,][–—-]*)?\s*(?:[^\d\s-][^\d]{0,11})?)$/u
const mostAffixes = 5

/**
 * The texts that are a number with one of a few words or signs around it, such as 512 km, 5.3k or '12.50; undefined
 * where they are not nearly all of the column, or may as well be codes: whole numbers of which none or most come twice.
 */
function numbersWithin({
  others,
  filled,
  distinct,
  numberShare,
}: ColumnProfile): readonly Level[] | undefined {
  const affixes = new Set<string>()
  const numbers = new Set<string>()
  const within = others.filter(({ text }) => {
    const groups = numberWithin.exec(text.trim())?.groups
    if (groups === undefined || (groups['before'] === '' && groups['after'] === '')) return false
    affixes.add(`${groups['before']!.trim()}|${groups['after']!.trim()}`)
    numbers.add(groups['number']!)
    return true
  })
  if (affixes.size > mostAffixes || numbers.size < fewestDistinctNumbers) return undefined
  if (sum(within) + numberShare * filled < filled * leastDates) return undefined
  const whole = [...numbers].every((text) => /^\d+$/.test(text))
  return whole && (distinct === filled || distinct <= filled / 2) ? undefined : within
}

/** The levels that differ by their case only; undefined where there are none. */
export function levelsByCase(profile: ColumnProfile): DataWarning | undefined {
  const byCase = new Map<string, Level[]>()
  for (const level of profile.levels(Infinity)) {
    const folded = level.text.toLowerCase()
    const same = byCase.get(folded)
    if (same === undefined) byCase.set(folded, [level])
    else same.push(level)
  }
  const groups = [...byCase.values()].filter((levels) => levels.length > 1)
  if (groups.length === 0) return undefined
  const rows = groups.reduce((total, levels) => total + sum(levels), 0)
  const examples = groups
    .slice(0, 3)
    .map((levels) => cut(levels.map(({ text, count }) => `${text} (${String(count)})`).join(', ')))
  return {
    field: profile.name,
    code: 'levels_differ_by_case',
    problem: `has levels that differ by case only and stay different: ${examples.join('; ')}`,
    rows,
    share: rows / (profile.filled + profile.missing),
    examples,
    severity: 'warning',
  }
}

/** The levels of which several spellings of a whole number became one; undefined where there are none. */
export function levelsMerged(profile: ColumnProfile): DataWarning | undefined {
  const groups = [...profile.merged()]
  if (groups.length === 0) return undefined
  const rows = groups.reduce((total, [, spellings]) => total + sum(spellings), 0)
  const examples = groups
    .slice(0, 3)
    .map(([level, spellings]) =>
      cut(`${spellings.map(({ text, count }) => `${text} (${String(count)})`).join(', ')} as ${level}`),
    )
  return {
    field: profile.name,
    code: 'levels_merged',
    problem: `has levels that are one whole number in several spellings and were taken for one: ${examples.join('; ')}`,
    rows,
    share: rows / (profile.filled + profile.missing),
    examples,
    severity: 'warning',
  }
}

function warning(
  profile: ColumnProfile,
  of: { readonly what: string; readonly wayOn: string; readonly odd: readonly Level[] },
): DataWarning {
  const examples = (of.odd.length > 0 ? of.odd : profile.levels(3))
    .slice(0, 3)
    .map(({ text }) => cut(text.trim()))
  const rows = of.odd.length > 0 ? sum(of.odd) : profile.filled
  return {
    field: profile.name,
    code: 'near_miss',
    problem: `${of.what}, such as ${examples.map((text) => `"${text}"`).join(', ')}; ${of.wayOn}`,
    rows: Math.min(rows, profile.filled),
    share: Math.min(rows, profile.filled) / (profile.filled + profile.missing),
    examples,
    severity: 'warning',
  }
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function sum(levels: readonly Level[]): number {
  return levels.reduce((total, { count }) => total + count, 0)
}
