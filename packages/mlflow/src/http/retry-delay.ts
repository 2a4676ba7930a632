import type { IncomingHttpHeaders } from 'node:http'

const firstMilliseconds = 100
const longestMilliseconds = 20_000
const longestAsked = 60_000

/**
 * How long to wait before the next try: exponential backoff with full jitter (a uniform share of 0.1 s x 2^attempt, at
 * most 20 s), or what the server asks for by `Retry-After`, at most 60 s.
 *
 * @param attempt tries so far, from 1
 * @param random a number from 0 to 1
 * @param headers of the answer, if there was one
 * @returns milliseconds
 */
export function retryDelay(attempt: number, random: number, headers: IncomingHttpHeaders = {}): number {
  const asked = retryAfter(headers['retry-after'])
  if (asked !== undefined) return Math.min(asked, longestAsked)
  return random * Math.min(longestMilliseconds, firstMilliseconds * 2 ** attempt)
}

function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
