import { firstCharacters } from './first-characters.ts'

const longestName = 250
const foreign = /[^\p{L}\p{N}_\-./ ]/gu

/** Gives names that MLflow takes for metrics and params, one for each name. */
export interface PlainNames {
  /** The name as MLflow takes it: the same for the same name, different for different names. */
  readonly of: (name: string) => string
  /** Names that had to be changed, with what they became. */
  readonly changed: () => ReadonlyMap<string, string>
}

/**
 * Names for MLflow: letters, digits, `_`, `-`, `.`, `/` and blanks, at most 250 characters, no path that means another
 * (`a//b`, `../a`). Other characters become `_`; a name that another one has become already gets a number.
 *
 * @example
 * const names = plainNames()
 * names.of('ndcg@5') // 'ndcg_5'
 */
export function plainNames(): PlainNames {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  return {
    of: (name) => {
      const known = given.get(name)
      if (known !== undefined) return known
      const base = plain(name)
      let unique = base
      for (let n = 2; taken.has(unique); n++)
        unique = `${firstCharacters(base, longestName - 8)}_${String(n)}`
      given.set(name, unique)
      taken.add(unique)
      return unique
    },
    changed: () => new Map([...given].filter(([name, unique]) => name !== unique)),
  }
}

function plain(name: string): string {
  const parts = name
    .replace(foreign, '_')
    .split('/')
    .map((part) => (/^\.*$/.test(part) ? '_' : part.replace(/^\.\./, '__')))
  const joined = firstCharacters(parts.join('/'), longestName)
  return joined.endsWith('/') ? `${joined.slice(0, -1)}_` : joined
}
