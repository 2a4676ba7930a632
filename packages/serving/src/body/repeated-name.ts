/**
 * The first name that one object of a JSON text has twice; `JSON.parse` would keep the last value without a word.
 *
 * @param text a valid JSON document
 * @returns the name, or null where every name is single
 */
export function repeatedName(text: string): string | null {
  const open: (Set<string> | null)[] = []
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs
  let last = ''
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match
    if (found === '{') open.push(new Set())
    else if (found === '[') open.push(null)
    else if (found === '}' || found === ']') open.pop()
    else if (found === ':') {
      const names = open.at(-1)
      const name = JSON.parse(last) as string
      if (names?.has(name) === true) return name
      names?.add(name)
    } else last = found
  }
  return null
}
