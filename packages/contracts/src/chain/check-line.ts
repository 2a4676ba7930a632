import { sha256 } from '../files/file-digest.ts'

/** What is wrong with a line of a chain; null where it holds. */
export type ChainProblem =
  'is no JSON object' | 'names no line before it' | 'does not follow the line before it'

/** A line of a chain that was looked at. */
export interface CheckedLine {
  /** What the line says; null where it is no JSON object. */
  readonly value: Readonly<Record<string, unknown>> | null
  /** SHA-256 of the line, which the next one names. */
  readonly sha256: string
  readonly problem: ChainProblem | null
}

/**
 * Checks that a line is a JSON object whose `previous_sha256` is that of the line before it.
 *
 * @param line without its line end
 * @param lastSha256 of the line before it; `emptyLedger` before the first
 *
 * @example
 * let last = emptyLedger
 * for (const line of lines) {
 *   const { sha256, problem } = checkLine(line, last)
 *   if (problem !== null) throw new Error(problem)
 *   last = sha256
 * }
 */
export function checkLine(line: string, lastSha256: string): CheckedLine {
  const value = parseObject(line)
  const previous = value?.['previous_sha256']
  const problem =
    value === null
      ? 'is no JSON object'
      : typeof previous !== 'string'
        ? 'names no line before it'
        : previous !== lastSha256
          ? 'does not follow the line before it'
          : null
  return { value, sha256: sha256(line), problem }
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
