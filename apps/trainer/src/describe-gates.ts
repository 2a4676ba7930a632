import { gateText, type GateRow } from '@claims/registry'

/** The gates of a promotion as a table, one a line, after a line of headings. */
export function describeGates(gates: readonly GateRow[]): readonly string[] {
  const rows = [['gate', 'limit', 'value', 'result', 'why'], ...gates.map(cellsOf)]
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function cellsOf(row: GateRow): readonly string[] {
  const { operator, limit, value, passed, overridden, why } = row
  const bound = operator === null || limit === null ? '' : `${operator} ${String(limit)}`
  const shown = typeof value === 'number' ? String(Number(value.toPrecision(4))) : (value ?? '')
  return [gateText(row), bound, shown, passed ? 'passed' : overridden ? 'overridden' : 'FAILED', why]
}
