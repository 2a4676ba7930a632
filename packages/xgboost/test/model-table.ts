import type { ModelFile } from './model-files.ts'

/** What the package says of a file. */
export interface Outcome {
  readonly file: ModelFile
  readonly what: string
}

/** Cells of the table by what the package says of a file. */
const CELLS: Readonly<Record<string, string>> = {
  same: '=',
  other: 'OTHER',
  library_unsupported: 'L',
  model_unsupported: 'M',
  invalid_model: 'I',
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

/** A table of kinds by versions: what a library says of the files that Python saved, in Markdown. */
export function modelTable(outcomes: readonly Outcome[]): string {
  const files = outcomes.filter(({ file }) => file.format !== 'bin' || file.version === '0.90')
  const versions = unique(files.map(({ file }) => file.version)).sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  const lines = unique(files.map(({ file }) => file.kind)).map((kind) => [
    kind,
    ...versions.map((version) => cellOf(files, kind, version)),
  ])
  const rows = [['kind', ...versions], ...lines]
  const widths = versions
    .map((_, column) => column + 1)
    .concat(0)
    .sort((a, b) => a - b)
    .map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n')
}

const cellOf = (files: readonly Outcome[], kind: string, version: string): string =>
  unique(
    files
      .filter(({ file }) => file.kind === kind && file.version === version)
      .map(({ what }) => CELLS[what] ?? '?'),
  ).join(' ')
