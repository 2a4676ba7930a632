import type { Blueprint, RowWarning } from '@claims/contracts'

/**
 * Claims of one batch that repeat the key of an earlier one. It looks at the whole batch, which is scored in slices.
 *
 * @param records the claims' known fields
 * @param blueprint its unique keys and aliases
 * @returns a warning per key by position
 */
export function repeatedKeys(
  records: readonly Readonly<Record<string, unknown>>[],
  blueprint: Blueprint,
): ReadonlyMap<number, RowWarning[]> {
  const repeated = new Map<number, RowWarning[]>()
  for (const key of blueprint.unique_keys) {
    const columns = key.map((name) => {
      const column = blueprint.columns.find((candidate) => candidate.name === name)
      return [name, ...(column?.aliases ?? []).map((alias) => alias.name)]
    })
    const first = new Map<string, number>()
    records.forEach((record, position) => {
      const values = columns.map((names) => textOf(record, names))
      if (values.includes(null)) return
      const text = JSON.stringify(values)
      const earlier = first.get(text)
      if (earlier === undefined) {
        first.set(text, position)
        return
      }
      const warning = {
        field: key.join(' + '),
        code: 'unique',
        problem: `repeats the key of claim ${String(earlier + 1)} of the batch`,
      }
      repeated.set(position, [...(repeated.get(position) ?? []), warning])
    })
  }
  return repeated
}

function textOf(record: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    if (!Object.hasOwn(record, name)) continue
    const value = record[name]
    if (typeof value === 'string') return value.trim() === '' ? null : value.trim()
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      return String(value)
  }
  return null
}
