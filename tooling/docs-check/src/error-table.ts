import { errorCodes, type ErrorCodeEntry } from '@claims/contracts'

const header = ['code', 'HTTP status', 'retryable', 'exit code', 'meaning']

/** Cells of the table of error codes, one row per code in the order of the codes. */
export function errorRows(): string[][] {
  const entries: [string, ErrorCodeEntry][] = Object.entries(errorCodes)
  return entries.map(([code, { status, retryable, exitCode, title }]) => [
    `\`${code}\``,
    String(status),
    retryable ? 'yes' : 'no',
    String(exitCode),
    title,
  ])
}

/** The table of error codes in Markdown, its columns aligned. */
export function errorTable(): string {
  const rows = [header, ...errorRows()]
  const widths = header.map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, j) => cell.padEnd(widths[j] ?? 0)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [line(header), rule, ...errorRows().map(line)].join('\n')
}
