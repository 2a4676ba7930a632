import type { DataWarning } from '@claims/contracts'
import { plainText } from './bounded-text.ts'

const mostLines = 20
const loudShare = 0.2

/**
 * Findings about a file as lines for a person, loud ones first: columns that were left out or are absent, and what
 * concerns 20 % of the rows and more.
 *
 * @param warnings of a result
 * @param width of the first word of a line
 */
export function describeWarnings(warnings: readonly DataWarning[], width = 18): string[] {
  const sorted = [...warnings].sort(
    (a, b) => rank(a) - rank(b) || (b.share ?? 1) - (a.share ?? 1) || (b.rows ?? 0) - (a.rows ?? 0),
  )
  const lines = sorted
    .slice(0, mostLines)
    .map((warning) => `${(rank(warning) < 4 ? 'WARNING' : 'warning').padEnd(width)}${lineOf(warning)}`)
  const more = sorted.length - lines.length
  return more === 0
    ? lines
    : [...lines, `${''.padEnd(width)}and ${more.toLocaleString('en')} more, see --json`]
}

/** Smaller is louder; below 4 is loud. */
function rank({ code, rows, share, severity }: DataWarning): number {
  if (code === 'ambiguous_data' || code === 'immature_labels') return 0
  if (code === 'absent_column' || code === 'near_miss_field') return 1
  if (share !== null && share >= loudShare) return 2
  if (severity === 'error') return 3
  return rows === null ? 4 : 5
}

function lineOf({ field, problem, rows, share, examples }: DataWarning): string {
  const count =
    rows === null
      ? ''
      : `, in ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}${share === null ? '' : ` (${percent(share)})`}`
  const such = examples.length === 0 ? '' : `, such as ${examples.map((value) => `"${value}"`).join(', ')}`
  return plainText(`${field}: ${problem}${count}${such}`).replaceAll('\n', ' ')
}

function percent(share: number): string {
  const text = (100 * share).toFixed(1)
  return `${text === '0.0' && share > 0 ? 'below 0.1' : text} %`
}
