import { ClaimsError } from '@claims/contracts'
import type { Matrix } from '@claims/frame'
import { groupOf, type Dependence, type WordEffect } from './dependence.ts'

/** Rows with their features and what each feature contributed to them. */
export interface WordDependenceInput {
  /** Raw columns that each feature is made of. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  /** The raw text column. */
  readonly feature: string
  /** Features of the rows, named as steps name them: `COLUMN:WORD` for a word. */
  readonly matrix: Matrix
  /** Of the same rows and features, row by row, each row with its base value at the end. */
  readonly contributions: { readonly values: Float64Array; readonly rows: number; readonly features: number }
  /** At most so many words, 10 where absent. */
  readonly words?: number
}

/**
 * The words of a text column with their contribution to the rows that hold them, those that move scores most first.
 * What a score depends on in a text are its words; that it is filled says nothing.
 *
 * @returns null where no feature is a word of the column, or no row holds one
 * @throws ClaimsError `length_mismatch`
 * @example
 * wordDependence({ feature: 'narrative', matrix, contributions, sources })
 * // { kind: 'words', feature: 'narrative', words: [{ word: 'whiplash', rows: 41, mean: 0.63, ... }] }
 */
export function wordDependence({
  feature,
  matrix,
  contributions,
  sources,
  words = 10,
}: WordDependenceInput): Extract<Dependence, { kind: 'words' }> | null {
  if (matrix.rows !== contributions.rows || matrix.columns !== contributions.features) {
    throw new ClaimsError(
      'length_mismatch',
      `A matrix of ${String(matrix.rows)} x ${String(matrix.columns)} has contributions of ${String(contributions.rows)} x ${String(contributions.features)}`,
    )
  }
  const prefix = `${feature}:`
  const effects = matrix.names.flatMap((name, j) => {
    if (!name.startsWith(prefix) || !isOf(sources, name, feature)) return []
    const present: number[] = []
    for (let i = 0; i < matrix.rows; i++) {
      if (matrix.values[i * matrix.columns + j]! > 0)
        present.push(contributions.values[i * (contributions.features + 1) + j]!)
    }
    return present.length === 0 ? [] : [{ word: name.slice(prefix.length), ...groupOf(present) }]
  })
  const moved = ({ rows, mean }: WordEffect): number => Math.abs(rows * mean)
  const leading = effects
    .filter(({ mean }) => mean !== 0)
    .sort((a, b) => moved(b) - moved(a) || (a.word < b.word ? -1 : 1))
    .slice(0, words)
  return leading.length === 0 ? null : { kind: 'words', feature, words: leading }
}

function isOf(sources: WordDependenceInput['sources'], name: string, column: string): boolean {
  const listed = sources.get(name)
  return listed?.length === 1 && listed[0] === column
}
