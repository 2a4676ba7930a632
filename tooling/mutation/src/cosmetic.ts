import { readFileSync } from 'node:fs'

/** A change that no user can see, and why. */
export interface Cosmetic {
  readonly path: string
  /** The line as it stands in the source, without blanks around it: line numbers move. */
  readonly line: string
  /** As the run prints it; every change of the line where absent. */
  readonly change?: string
  readonly reason: string
}

/** The stated list of changes that need not be noticed. */
export function readCosmetic(): readonly Cosmetic[] {
  return JSON.parse(readFileSync(new URL('../cosmetic.json', import.meta.url), 'utf8')) as readonly Cosmetic[]
}

/** Whether a change is one of the list. */
export function isListed(
  list: readonly Cosmetic[],
  place: { readonly path: string; readonly line: string; readonly change: string },
): boolean {
  return list.some(
    ({ path, line, change }) =>
      path === place.path && line === place.line.trim() && (change === undefined || change === place.change),
  )
}
