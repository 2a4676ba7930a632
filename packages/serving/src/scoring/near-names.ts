import { describeName, isNearName } from '@claims/ingestion'

/** Finds the known names that a name is almost. */
export interface NearNames {
  /**
   * The known names that `name` equals once case, `_`, `-`, `.` and blanks are taken out, or that few edits turn into it.
   *
   * @param name as a caller wrote it
   * @returns the names, or null where the comparison was left out because too many were made already
   */
  find(name: string): readonly string[] | null
}

/** Longer names are none that a person mistyped. */
const longestName = 200
/** Names whose result is kept. */
const keptNames = 2_000
const none: readonly string[] = []

/**
 * Prepares the search for near names; made once per model.
 *
 * What is near is `isNearName`'s rule. Where one name is equal but for case and punctuation, names at a distance do not
 * count.
 *
 * @param names known names
 * @param options `compared`: distinct names that are compared letter by letter before `reset`; later ones are only
 *   looked up
 */
export function nearNames(
  names: readonly string[],
  options: { compared: number },
): NearNames & { reset(): void } {
  const known = names.map((name) => ({ name, ...describeName(name) }))
  const byPlain = new Map<string, string[]>()
  for (const { name, plain } of known) byPlain.set(plain, [...(byPlain.get(plain) ?? []), name])
  const found = new Map<string, readonly string[]>()
  let compared = 0
  return {
    reset: () => {
      compared = 0
    },
    find: (name) => {
      if (name.length > longestName) return none
      const kept = found.get(name)
      if (kept !== undefined) return kept
      const wanted = describeName(name)
      const equal = byPlain.get(wanted.plain)
      if (equal !== undefined) return equal
      if (compared === options.compared) return null
      compared += 1
      const near = known
        .filter((candidate) => isNearName(wanted, candidate))
        .map((candidate) => candidate.name)
      if (found.size === keptNames) found.clear()
      found.set(name, near.length === 0 ? none : near)
      return near
    },
  }
}
