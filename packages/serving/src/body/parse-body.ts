import { isUtf8 } from 'node:buffer'
import { ClaimsError } from '@claims/contracts'
import { parseJsonExactly } from '@claims/ingestion'
import { jsonErrorPosition } from './json-error-position.ts'
import { repeatedName } from './repeated-name.ts'
import type { ReadBody } from './read-body.ts'
import { shortened } from '../scoring/shortened.ts'

/**
 * The value of a JSON body. Whole numbers keep every digit.
 *
 * @param body bytes and the counts of their structure
 * @returns the parsed value
 * @throws ClaimsError `invalid_json` where the body is empty, no UTF-8, no JSON, or has a name twice in one object
 */
export function parseBody(body: ReadBody): unknown {
  if (body.bytes.length === 0) throw emptyBody()
  if (!isUtf8(body.bytes)) throw invalid('is not valid UTF-8', 'JSON in UTF-8')
  const text = new TextDecoder().decode(body.bytes)
  if (text.trim() === '') throw emptyBody()
  let value: unknown
  try {
    value = parseJsonExactly(text)
  } catch (error) {
    throw notJson(text, error instanceof Error ? error.message : '')
  }
  if (countMembers(value) !== body.members) {
    const name = repeatedName(text)
    if (name !== null)
      throw invalid(`has the name "${shortened(name)}" twice in one object`, 'each name once')
  }
  return value
}

/** The error of a request without a body. */
export function emptyBody(): ClaimsError {
  return invalid('is empty', 'a JSON document')
}

function countMembers(value: unknown): number {
  let members = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const inside: readonly unknown[] = Array.isArray(next) ? next : Object.values(next)
    if (!Array.isArray(next)) members += inside.length
    for (const item of inside) if (typeof item === 'object') open.push(item)
  }
  return members
}

function notJson(text: string, message: string): ClaimsError {
  const position = jsonErrorPosition(text, message)
  if (position === null) return invalid('is not valid JSON', 'a JSON document')
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const place = `line ${String(line)}, column ${String(column)}`
  const ended = position >= text.length ? 'ends too early' : 'is not valid JSON'
  return new ClaimsError('invalid_json', `The body ${ended} at ${place}`, {
    problems: [
      {
        field: 'body',
        problem: `${ended} at position ${String(position)} (${place})`,
        allowed: 'a JSON document',
      },
    ],
  })
}

function invalid(problem: string, allowed: string): ClaimsError {
  return new ClaimsError('invalid_json', `The body ${problem}`, {
    problems: [{ field: 'body', problem, allowed }],
  })
}
