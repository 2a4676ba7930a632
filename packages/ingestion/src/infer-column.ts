import type { Column, ColumnRole, ColumnType } from '@claims/contracts'
import { nameHints } from './column-words.ts'
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
  readonly column: Pick<Column, 'name' | 'role' | 'type' | 'required' | 'missing_tokens'>
  readonly reason: string
}

/** Above this many levels a category is encoded by the label's rate and not by one column per level. */
export const manyLevels = 25
const fewestRowsOfAnIdentifier = 20
const fewestNumbersOfDirtyColumn = 20

/**
 * Guesses type and role of a column that is not the label.
 *
 * A column is required when every cell is filled and it is a model input, so that a file without it is refused while
 * later empty cells in an optional column are not.
 */
export function inferColumn(profile: ColumnProfile, context: InferenceContext): InferredColumn {
  const type = storedType(profile)
  const { role, reason, as } = guess(profile, type, context)
  const input = role === 'numeric' || role === 'categorical' || role === 'date' || role === 'text'
  return {
    column: {
      name: profile.name,
      role,
      type: as ?? type,
      required: input && profile.missing === 0,
      missing_tokens: [...profile.missingTokens],
    },
    reason,
  }
}

interface Guess {
  readonly role: ColumnRole
  readonly reason: string
  /** Stored type, where it is not that of the cells. */
  readonly as?: ColumnType
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
  if (distinct === 1) return { role: 'ignored', reason: `constant: every filled cell is "${short(profile)}"` }
  if (hints.later)
    return { role: 'post_outcome', reason: 'its name says that it is known only after the outcome' }
  if (hints.sensitive) {
    const reason = 'its name is that of a protected trait: kept for fairness checks, never a model input'
    return { role: 'sensitive', reason, as: 'category' }
  }
  if (unique !== undefined) {
    const spaced = profile.meanWords > 1.5
    if (context.id === undefined && !context.idTaken && !spaced)
      return { role: 'id', reason: unique, as: 'text' }
    const reason = `${unique}: an identifier, which predicts nothing about new rows`
    return { role: 'ignored', reason, as: 'text' }
  }
  if (type === 'timestamp') return { role: 'date', reason: 'every filled cell is a date' }
  if (type === 'number') return guessNumber(profile, hints)
  if (isText(profile)) {
    const reason = `${String(distinct)} distinct texts of ${profile.meanWords.toFixed(1)} words on average`
    return { role: 'text', reason, as: 'text' }
  }
  if (distinct > fewestRowsOfAnIdentifier && distinct > filled / 2)
    return { role: 'ignored', reason: `${percent(distinct / filled)} of its values are distinct`, as: 'text' }
  if (distinct > 50 && hints.identifier) return { role: 'ignored', reason: repeated(distinct), as: 'text' }
  return { role: 'categorical', reason: `${String(distinct)} distinct values` }
}

function guessNumber(profile: ColumnProfile, hints: { identifier: boolean; place: boolean }): Guess {
  const { distinct, filled, whole } = profile
  if (whole && distinct > 50 && (hints.identifier || (hints.place && distinct > filled / 2)))
    return { role: 'ignored', reason: repeated(distinct), as: 'text' }
  if (whole && hints.place)
    return { role: 'categorical', reason: 'a postal code is a place, not a quantity', as: 'category' }
  const wrong = filled - Math.round(profile.numberShare * filled)
  const reason =
    wrong === 0
      ? 'every filled cell is a number'
      : `numbers but for ${String(wrong)} cells, which will be findings`
  return { role: 'numeric', reason }
}

function storedType(profile: ColumnProfile): ColumnType {
  if (profile.filled === 0) return 'text'
  if (profile.numberShare === 1) return 'number'
  if (profile.numberShare >= 0.9 && profile.distinct > fewestNumbersOfDirtyColumn) return 'number'
  if (profile.dateShare === 1 || (profile.dateShare >= 0.99 && profile.filled >= 100)) return 'timestamp'
  return 'category'
}

/** Why the column is an identifier, or undefined. A quantity may be unique by chance, so its name or density must tell. */
function uniqueness(profile: ColumnProfile, type: ColumnType, named: boolean): string | undefined {
  const { filled, distinct } = profile
  if (filled < fewestRowsOfAnIdentifier || profile.missing > 0 || distinct < filled) return undefined
  if (type === 'timestamp' || isText(profile)) return undefined
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

function repeated(levels: number): string {
  return `an identifier by its name, with ${String(levels)} values that repeat; name it as the entity to keep its rows together`
}

function short(profile: ColumnProfile): string {
  const text = profile.levels(1)[0]?.text ?? ''
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
