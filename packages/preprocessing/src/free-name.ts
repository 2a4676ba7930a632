/**
 * The wanted name, or where it is taken the first of `name_2`, `name_3`, ... that is free; the result counts as taken.
 *
 * @param wanted name of a column that a step makes
 * @param taken names that are there already; the result is added
 * @example
 * freeName('income_missing', new Set(['income', 'income_missing'])) // 'income_missing_2'
 */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let k = 2; taken.has(name); k++) name = `${wanted}_${String(k)}`
  taken.add(name)
  return name
}
