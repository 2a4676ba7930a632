import type { Column, ColumnRole, ColumnType, DataWarning } from '@claims/contracts'
import type { Ambiguity } from './column-reading.ts'
import { nameHints } from './column-words.ts'
import { levelsByCase, levelsMerged, nearMiss, readingAmbiguity } from './near-miss.ts'
import type { ColumnProfile } from './profile-column.ts'

/** What the columns found so far and the caller say. */
export interface InferenceContext {
  readonly rows: number
  readonly label: string
  readonly id: string | undefined
  readonly time: string | undefined
  readonly entity: string | undefined
  /** Whether a column already has the role id. */
  readonly idTaken: boolean
}

/** A guess and why. */
export interface InferredColumn {
  readonly column: Pick<Column, 'name' | 'role' | 'type' | 'required' | 'missing_tokens'> &
    Partial<Pick<Column, 'number_format' | 'date_format'>>
  readonly reason: string
  /** What somebody should look at, if anything. */
  readonly warnings: readonly DataWarning[]
}

/** A category with up to so many levels is one even where its words are few cells each. */
const fewLevels = 25
const fewestRowsOfAnIdentifier = 20
const fewestNumbersOfDirtyColumn = 20
/** Share and number of the rows that a column must be filled in, and empty in, to tell something by that alone. */
const leastPresence = 0.01
const fewestPresent = 5

/**
 * Guesses type and role of a column that is not the label.
 *
 * A column is required when every cell is filled and it is a model input, so that a file without it is refused while
 * later empty cells in an optional column are not.
 */
export function inferColumn(profile: ColumnProfile, context: InferenceContext): InferredColumn {
  const type = storedType(profile)
  const { role, reason, as, problem } = guess(profile, type, context)
  const input = role === 'numeric' || role === 'categorical' || role === 'date' || role === 'text'
  const stored = as ?? type
  const { format: numbers, announced: number } = profile.numbers
  const { format: dates, announced: date } = profile.dates
  const announced = stored === 'number' ? number : stored === 'timestamp' ? date : undefined
  const category = input && stored === 'category'
  const cases = category ? levelsByCase(profile) : undefined
  const merged = category ? levelsMerged(profile) : undefined
  return {
    column: {
      name: profile.name,
      role,
      type: stored,
      required: input && profile.missing === 0,
      missing_tokens: profile.missingTokens.map(({ text }) => text),
      ...(stored === 'number' && numbers !== undefined ? { number_format: numbers } : {}),
      ...(stored === 'timestamp' && dates !== undefined ? { date_format: dates } : {}),
    },
    reason: [reason, announced, cases?.problem, merged?.problem]
      .filter((part) => part !== undefined)
      .join('; '),
    warnings: [problem, cases, merged].filter((warning) => warning !== undefined),
  }
}

interface Guess {
  readonly role: ColumnRole
  readonly reason: string
  /** Stored type, where it is not that of the cells. */
  readonly as?: ColumnType | undefined
  /** What almost could be read, or can be read in two ways. */
  readonly problem?: DataWarning | undefined
}

function guess(profile: ColumnProfile, type: ColumnType, context: InferenceContext): Guess {
  const { name, filled, distinct } = profile
  const hints = nameHints(name, context.label)
  const unique = uniqueness(profile, type, hints.identifier)
  if (name === context.id) return { role: 'id', reason: 'named as the identifier', as: 'text' }
  if (name === context.entity) return { role: 'entity', reason: 'named as the entity', as: 'text' }
  if (name === context.time)
    return { role: 'event_time', reason: 'named as the time of the event', as: 'timestamp' }
  if (filled === 0) return { role: 'ignored', reason: 'every cell is missing', as: 'text' }
  const presence = type === 'timestamp' || hints.sensitive || hints.later ? undefined : presenceOf(profile)
  if (distinct === 1 && presence === undefined)
    return { role: 'ignored', reason: constant(profile, hints.sensitive) }
  const ambiguity = readingAmbiguity(profile, type)
  if (hints.later)
    return {
      role: 'post_outcome',
      reason: 'its name says that it is known only after the outcome',
      as: ambiguity === undefined ? undefined : 'text',
    }
  if (hints.sensitive) {
    const reason = 'its name is that of a protected trait: kept for fairness checks, never a model input'
    return { role: 'sensitive', reason, as: 'category' }
  }
  if (presence !== undefined) return { role: 'categorical', reason: presence, as: 'category' }
  if (ambiguity !== undefined) return guessAmbiguous(profile, ambiguity)
  const near = type === 'category' || type === 'boolean' ? nearMiss(profile) : undefined
  if (near !== undefined && type === 'category') {
    const role = distinct <= fewLevels || profile.distinct <= filled / 20 ? 'categorical' : 'ignored'
    const kept = role === 'categorical' ? `${String(distinct)} distinct values; ` : ''
    return {
      role,
      reason: kept + near.problem,
      ...(role === 'ignored' ? { as: 'text' as const } : {}),
      problem: near,
    }
  }
  if (unique !== undefined) {
    const spaced = profile.meanWords > 1.5
    if (context.id === undefined && !context.idTaken && !spaced)
      return { role: 'id', reason: unique, as: 'text' }
    const reason = `${unique}: an identifier, which predicts nothing about new rows`
    return { role: 'ignored', reason, as: 'text' }
  }
  if (type === 'timestamp') return guessDate(profile)
  if (type === 'number') return guessNumber(profile, hints)
  if (type === 'boolean') return { role: 'categorical', reason: truths(profile) }
  if (isText(profile)) {
    const reason = `${String(distinct)} distinct texts of ${profile.meanWords.toFixed(1)} words on average`
    return { role: 'text', reason, as: 'text' }
  }
  if (distinct > fewestRowsOfAnIdentifier && distinct > filled / 2)
    return { role: 'ignored', reason: unlike(profile), as: 'text' }
  if (distinct > 50 && hints.identifier && !hints.code)
    return { role: 'ignored', reason: repeated(distinct), as: 'text' }
  return { role: 'categorical', reason: `${String(distinct)} distinct values` }
}

function guessAmbiguous(profile: ColumnProfile, { problem, allowed }: Ambiguity): Guess {
  return {
    role: 'ignored',
    reason: `${problem}; left out until it is settled: ${allowed}`,
    as: 'text',
    problem: {
      field: profile.name,
      code: 'ambiguous_data',
      problem: `${problem}; the column is left out. Settle it with ${allowed}`,
      rows: profile.filled,
      share: profile.filled / (profile.filled + profile.missing),
      examples: profile.levels(3).map(({ text }) => (text.length > 200 ? `${text.slice(0, 199)}…` : text)),
      severity: 'warning',
    },
  }
}

function guessNumber(profile: ColumnProfile, hints: ReturnType<typeof nameHints>): Guess {
  const { distinct, filled, whole } = profile
  const mostlyDistinct = distinct > filled / 2
  if (whole && distinct > 50 && (hints.identifier || hints.place) && (mostlyDistinct || !hints.code))
    if (hints.identifier || mostlyDistinct)
      return { role: 'ignored', reason: mostlyDistinct ? unlike(profile) : repeated(distinct), as: 'text' }
  if (whole && hints.place)
    return { role: 'categorical', reason: 'a postal code is a place, not a quantity', as: 'category' }
  if (whole && hints.code && distinct > 50)
    return {
      role: 'categorical',
      reason: `a code by its name, not a quantity, with ${String(distinct)} values that repeat`,
      as: 'category',
    }
  const wrong = filled - Math.round(profile.numberShare * filled)
  if (wrong === 0) return { role: 'numeric', reason: 'every filled cell is a number' }
  const examples = profile.others.slice(0, 3).map(({ text }) => shorten(text))
  const problem = `numbers but for ${String(wrong)} cells, which will be findings: ${examples.join(', ')}`
  return {
    role: 'numeric',
    reason: problem,
    problem: {
      field: profile.name,
      code: 'near_miss',
      problem: `looks like ${problem}; name what means "missing" in missing_tokens`,
      rows: wrong,
      share: wrong / (filled + profile.missing),
      examples,
      severity: 'warning',
    },
  }
}

function guessDate(profile: ColumnProfile): Guess {
  const wrong = profile.filled - profile.dates.cells
  if (wrong === 0) return { role: 'date', reason: 'every filled cell is a date' }
  const reason = `dates but for ${String(wrong)} cells, which will be findings`
  const problem = nearMiss(profile)
  return { role: 'date', reason, problem }
}

function storedType(profile: ColumnProfile): ColumnType {
  if (profile.filled === 0) return 'text'
  if (profile.truth) return 'boolean'
  if (profile.numberShare === 1) return 'number'
  if (profile.numberShare >= 0.9 && profile.distinct > fewestNumbersOfDirtyColumn) return 'number'
  if (profile.dateShare === 1 || (profile.dateShare >= 0.99 && profile.filled >= 100)) return 'timestamp'
  return 'category'
}

/** Why the column is an identifier, or undefined. A quantity may be unique by chance, so its name or density must tell. */
function uniqueness(profile: ColumnProfile, type: ColumnType, named: boolean): string | undefined {
  const { filled, distinct } = profile
  if (filled < fewestRowsOfAnIdentifier || profile.missing > 0 || distinct < filled) return undefined
  if (type === 'timestamp' || type === 'boolean' || isText(profile)) return undefined
  if (type !== 'number') return 'unique in every row'
  if (!profile.whole) return undefined
  if (profile.maximum - profile.minimum < filled * 1.05)
    return 'unique in every row, counting up like a row number'
  return named ? 'unique in every row' : undefined
}

function isText(profile: ColumnProfile): boolean {
  const { distinct, filled } = profile
  return distinct > 20 && distinct > filled * 0.2 && profile.meanWords >= 4 && profile.meanLength >= 20
}

function unlike({ distinct, filled }: ColumnProfile): string {
  return `${percent(distinct / filled)} of its values are distinct`
}

function repeated(levels: number): string {
  return `an identifier by its name, with ${String(levels)} values that repeat; name it as the entity to keep its rows together`
}

function constant(profile: ColumnProfile, hidden: boolean): string {
  const text = profile.levels(1)[0]?.text ?? ''
  return hidden
    ? 'constant: every filled cell holds the same'
    : `constant: every filled cell is "${shorten(text)}"`
}

/** That one value or nothing may tell, as a cross in a box does; undefined where nearly all cells are alike. */
function presenceOf(profile: ColumnProfile): string | undefined {
  const { distinct, filled, missing } = profile
  const fewest = Math.max((filled + missing) * leastPresence, fewestPresent)
  if (distinct !== 1 || filled < fewest || missing < fewest) return undefined
  const text = shorten(profile.levels(1)[0]?.text ?? '')
  return `"${text}" in ${String(filled)} rows and nothing in ${String(missing)}: whether it is filled may tell`
}

function truths(profile: ColumnProfile): string {
  const levels = profile.levels(6).map(({ text }) => `"${text}"`)
  return `true or false, written as ${levels.join(', ')}`
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
