import type { TextSketch } from '@claims/contracts'
import type { TextColumn } from '../column.ts'
import type { Marks } from './marks.ts'
import { sketchNumbers } from './number-sketch.ts'

const sampleRows = 20_000
/** Words that are listed at most. */
const mostTokens = 200
/** A word that stands in fewer of the sampled rows is not listed: it may be somebody's name. */
const leastRows = 10
const leastShare = 0.005

/**
 * Sketches texts: how many words they have, and in how many rows the frequent words stand. Words are counted in every
 * k-th row where there are more than 20,000; those in fewer than 10 rows or 0.5 % of them are not listed.
 *
 * @param column texts, one per row
 * @param marks labels and scores of the rows
 * @param tokenize the words of a text
 */
export function sketchTexts(
  column: TextColumn,
  marks: Marks,
  tokenize: (text: string) => readonly string[],
): TextSketch {
  const { values } = column
  const stride = Math.max(1, Math.floor(values.length / sampleRows))
  const rowsOf = new Map<string, { rows: number; positives: number }>()
  const lengths = new Float64Array(values.length)
  let sampled = 0
  values.forEach((text, row) => {
    const tokens = text === null ? null : tokenize(text)
    lengths[row] = tokens === null ? NaN : tokens.length
    if (row % stride !== 0) return
    sampled += 1
    for (const token of new Set(tokens)) {
      const found = rowsOf.get(token) ?? { rows: 0, positives: 0 }
      found.rows += 1
      found.positives += marks.target[row]!
      rowsOf.set(token, found)
    }
  })
  const least = Math.max(leastRows, Math.ceil(leastShare * sampled))
  const tokens = [...rowsOf]
    .filter(([, { rows }]) => rows >= least)
    .sort(([a, m], [b, n]) => n.rows - m.rows || (a < b ? -1 : 1))
    .slice(0, mostTokens)
  return {
    kind: 'text',
    words: sketchNumbers(lengths.length, (row) => lengths[row]!, marks),
    sampled_rows: sampled,
    least_rows: least,
    tokens: tokens.map(([token]) => token),
    rows: tokens.map(([, { rows }]) => rows),
    positives: tokens.map(([, { positives }]) => positives),
  }
}
