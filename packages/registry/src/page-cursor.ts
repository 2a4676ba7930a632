import { invalidParameter } from './model-names.ts'

/** What a page is cut from; a cursor of another list or order is refused. */
export interface PagedList {
  /** Such as `models`, or `versions of fraud`. */
  readonly list: string
  readonly newestFirst: boolean
}

/** How many a page holds where nobody says. */
const usualLimit = 50
/** Most of one page. */
const largestPage = 1_000

/**
 * The text that stands for a place in a list, for the next page. Nothing is to be read out of it.
 *
 * @param of the list
 * @param last key of the last one on the page
 */
export function cursorAfter(of: PagedList, last: string): string {
  return Buffer.from(JSON.stringify([of.list, of.newestFirst, last])).toString('base64url')
}

/**
 * The key that a cursor stands for.
 *
 * @throws ClaimsError `invalid_parameter` where it is none of this list in this order
 */
export function readCursor(of: PagedList, cursor: string): string {
  const last = keyOf(of, cursor)
  if (last !== null && cursorAfter(of, last) === cursor) return last
  const order = of.newestFirst ? 'newest first' : 'oldest first'
  throw invalidParameter('cursor', cursor.slice(0, 60), `the cursor of a page of ${of.list}, ${order}`)
}

/** Refuses what is no number of entries for a page. */
export function requireLimit(limit: number = usualLimit): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= largestPage) return limit
  throw invalidParameter('limit', String(limit), `a whole number from 1 to ${String(largestPage)}`)
}

function keyOf(of: PagedList, cursor: string): string | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(value)) return null
    const [list, newestFirst, last] = value as unknown[]
    return list === of.list && newestFirst === of.newestFirst && typeof last === 'string' ? last : null
  } catch {
    return null
  }
}
