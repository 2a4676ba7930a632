/**
 * Names of columns as every format gives them: without blanks around them, and `column_` with its 1-based position for
 * one that has none, with a number behind it where another column is called so.
 *
 * @param written names as the file writes them, in order
 */
export function columnNames(written: readonly string[]): string[] {
  const names = written.map((name) => name.trim())
  const taken = new Set(names)
  return names.map((name, i) => {
    if (name !== '') return name
    const wanted = `column_${String(i + 1)}`
    let free = wanted
    for (let n = 2; taken.has(free); n++) free = `${wanted}_${String(n)}`
    taken.add(free)
    return free
  })
}
