import { columnRoles, echoValue, type Column, type RowWarning, type SeenValues } from '@claims/contracts'
import { cellAt, isMissing, missingBoolean, type Frame, type FrameColumn } from '@claims/frame'
import { levelTest } from './seen-values.ts'

type SeenColumn = SeenValues['columns'][number]

/** Training had a value in so many rows: then the model hardly knows a row without one. */
const usuallyPresent = 0.995

/** What is new in one column of some rows. */
interface ColumnNovelty {
  readonly seen: SeenColumn
  readonly column: FrameColumn
  readonly code: 'unseen_level' | 'range_of_training' | 'absent_column'
  /** 0-based rows. */
  readonly rows: readonly number[]
  readonly problemOf: (row: number) => string
}

/** What is new in some rows, and how many rows each column has a value in. */
export interface Novelty {
  readonly found: readonly ColumnNovelty[]
  /** Rows with a value, by column name. */
  readonly present: ReadonlyMap<string, number>
}

/** Looks for what training did not show. */
export interface NoveltyCheck {
  readonly seen: SeenValues
  /** @param now epoch milliseconds that dates count from */
  inspect(frame: Frame, now: number): Novelty
  /** The seen level that one probably stands for: equal but for case, form, blanks, punctuation and leading zeros. */
  nearLevel(column: string, level: string): string | undefined
}

/**
 * Prepares the comparison of rows with what a model's training rows held. For one row it costs a few microseconds.
 *
 * - `unseen_level`: a level of a category or truth value that no training row had.
 * - `range_of_training`: a number outside the range of training. A date is outside when it is earlier than all of
 *   training, or later than all of training, than now, and than training's latest date moved on by the time since then.
 * - `absent_column`: no value where 99.5 % of the training rows or more had one; not for
 *   a column with a default, nor for one where an empty cell is an answer.
 *
 * @param seen content of `seen-values.json`
 * @param facts `columns` of the blueprint; `trainedAt`, epoch milliseconds
 */
export function compileNovelty(
  seen: SeenValues,
  { columns, trainedAt }: { readonly columns: readonly Column[]; readonly trainedAt: number },
): NoveltyCheck {
  const mayLack = new Set(
    columns
      .filter((column) => column.default !== undefined || columnRoles[column.role].mayBeEmpty)
      .map(({ name }) => name),
  )
  const checks = seen.columns.map((facts) => ({
    facts,
    test: levelTest(facts.levels, seen.key),
    expected: 1 - facts.missing_share >= usuallyPresent && !mayLack.has(facts.name),
  }))
  const plainLevels = new Map<string, ReadonlyMap<string, string>>()
  const nearLevel = (column: string, level: string): string | undefined => {
    let known = plainLevels.get(column)
    if (known === undefined) {
      const levels = seen.columns.find(({ name }) => name === column)?.levels
      const listed = levels?.kind === 'list' ? levels.values : []
      known = new Map(listed.map((each) => [plainLevel(each), each]))
      plainLevels.set(column, known)
    }
    return known.get(plainLevel(level))
  }
  return {
    seen,
    nearLevel,
    inspect(frame, now) {
      const found: ColumnNovelty[] = []
      const present = new Map<string, number>()
      for (const { facts, test, expected } of checks) {
        if (!frame.has(facts.name)) continue
        const column = frame.column(facts.name)
        const missing: number[] = []
        const odd: number[] = []
        let problemOf: (row: number) => string
        if (column.kind === 'number' || column.kind === 'timestamp') {
          const { lower, upper } = boundsOf(facts, { now, trainedAt })
          for (let row = 0; row < frame.rows; row++) {
            const value = column.values[row]!
            if (value !== value) missing.push(row)
            else if (value < lower || value > upper) odd.push(row)
          }
          problemOf = (row) => rangeProblem(facts, column.values[row]!)
        } else {
          const isNew = test === null ? null : unseenTest(column, test)
          for (let row = 0; row < frame.rows; row++) {
            if (isMissing(column, row)) missing.push(row)
            else if (isNew?.(row) === true) odd.push(row)
          }
          problemOf = (row) =>
            levelProblem(String(cellAt(column, row)), (level) => nearLevel(facts.name, level))
        }
        present.set(facts.name, frame.rows - missing.length)
        if (odd.length > 0) {
          const code = facts.range === null ? 'unseen_level' : 'range_of_training'
          found.push({ seen: facts, column, code, rows: odd, problemOf })
        }
        if (expected && missing.length > 0) {
          const problem = `has no value, which ${percentOf(1 - facts.missing_share)} of the training rows had`
          found.push({ seen: facts, column, code: 'absent_column', rows: missing, problemOf: () => problem })
        }
      }
      return { found, present }
    },
  }
}

/** Warnings of each row that something is new in. */
export function noveltyByRow({ found }: Novelty): ReadonlyMap<number, readonly RowWarning[]> {
  const byRow = new Map<number, RowWarning[]>()
  for (const { seen, code, rows, problemOf } of found) {
    for (const row of rows) {
      const warning = { field: seen.name, code, problem: problemOf(row) }
      const known = byRow.get(row)
      if (known === undefined) byRow.set(row, [warning])
      else known.push(warning)
    }
  }
  return byRow
}

/** A share as text with at most three digits. */
export function percentOf(share: number): string {
  return `${String(Number((share * 100).toPrecision(3)))} %`
}

function unseenTest(
  column: Exclude<FrameColumn, { kind: 'number' | 'timestamp' }>,
  seen: (level: string) => boolean,
): ((row: number) => boolean) | null {
  if (column.kind === 'text') return null
  if (column.kind === 'boolean') {
    const unseen = [!seen('false'), !seen('true')]
    return (row) => column.values[row] !== missingBoolean && unseen[column.values[row]!] === true
  }
  const { codes, levels } = column
  if (codes.length < levels.length) return (row) => !seen(levels[codes[row]!] ?? '')
  const unseen = Uint8Array.from(levels, (level) => (seen(level) ? 0 : 1))
  return (row) => unseen[codes[row]!] === 1
}

function boundsOf(
  { range, is_time: isTime }: SeenColumn,
  { now, trainedAt }: { readonly now: number; readonly trainedAt: number },
): { lower: number; upper: number } {
  if (range === null) return { lower: -Infinity, upper: Infinity }
  const { minimum: lower, maximum } = range
  if (!isTime) return { lower, upper: maximum }
  const day = 86_400_000
  return { lower, upper: Math.max(maximum, now + day, maximum + Math.max(0, now - trainedAt)) }
}

function rangeProblem({ range, is_time: isTime }: SeenColumn, value: number): string {
  const text = (bound: number): string => (isTime ? dayOf(bound) : String(bound))
  const side = value < (range?.minimum ?? 0) ? 'below' : 'above'
  const word = isTime ? (side === 'below' ? 'earlier than' : 'later than') : side
  const bound = side === 'below' ? range?.minimum : range?.maximum
  const end = side === 'below' ? 'begins' : 'ends'
  return `is ${word} anything in training, which ${end} at ${text(bound ?? NaN)}`
}

function dayOf(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15
    ? new Date(milliseconds).toISOString().replace(/T.*/, '')
    : String(milliseconds)
}

function levelProblem(level: string, nearLevel: (level: string) => string | undefined): string {
  const near = nearLevel(level)
  const meant = near === undefined ? '' : ` (did you mean "${echoValue(near)}"?)`
  return `"${echoValue(level)}" was not seen in training${meant}`
}

function plainLevel(level: string): string {
  const plain = level
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+(?=.)/, '')
  return plain === '' ? level : plain
}
