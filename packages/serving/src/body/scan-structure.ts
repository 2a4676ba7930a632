import { ClaimsError } from '@claims/contracts'

/** What bounds the structure of a JSON body. */
export interface StructureLimits {
  /** Deepest nesting of objects and arrays. */
  readonly depth: number
  /** Most members of one object. */
  readonly fields: number
  /** Most values, containers included. */
  readonly values: number
}

/** Counts of a body that was scanned. */
export interface Structure {
  /** Members of all objects. */
  readonly members: number
  /** Values, containers included; an empty container counts twice. */
  readonly values: number
}

/** Follows a JSON text byte by byte. */
export interface StructureScan {
  /**
   * Takes the next bytes.
   *
   * @throws ClaimsError `limit_exceeded` naming the limit
   */
  push(chunk: Uint8Array): void
  /** What was counted so far. */
  counts(): Structure
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/**
 * Follows the structure of a JSON text as its bytes arrive, so that a body that would cost too much to parse is refused
 * before it is parsed. Linear in the bytes, constant in memory; whether the text is valid JSON is for the parser to say.
 *
 * @param limits depth, members of one object, values
 * @example
 * const scan = scanStructure({ depth: 20, fields: 500, values: 300_000 })
 * for await (const chunk of request) scan.push(chunk)
 */
export function scanStructure(limits: StructureLimits): StructureScan {
  const fieldsAt = new Int32Array(limits.depth + 2)
  let depth = 0
  let inText = false
  let escaped = false
  let members = 0
  let values = 1
  const push = (chunk: Uint8Array): void => {
    const { length } = chunk
    for (let i = 0; i < length; i++) {
      const byte = chunk[i]!
      if (inText) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inText = false
        continue
      }
      switch (byte) {
        case quote:
          inText = true
          break
        case openBrace:
        case openBracket:
          depth += 1
          if (depth > limits.depth) refuse('depth', limits.depth)
          fieldsAt[depth] = 0
          values += 1
          break
        case closeBrace:
        case closeBracket:
          if (depth > 0) depth -= 1
          break
        case comma:
          values += 1
          break
        case colon:
          members += 1
          fieldsAt[depth]! += 1
          if (fieldsAt[depth]! > limits.fields) refuse('fields', limits.fields)
          break
        default:
      }
      if (values > limits.values) refuse('values', limits.values)
    }
  }
  return { push, counts: () => ({ members, values }) }
}

const words = {
  depth: ['is nested too deeply', 'levels of nesting'],
  fields: ['holds an object with too many fields', 'fields of one claim'],
  values: ['holds too many values', 'values in all'],
} as const

function refuse(limit: keyof StructureLimits, most: number): never {
  const [problem, unit] = words[limit]
  const allowed = `at most ${String(most)} ${unit} (limit "${limit}")`
  throw new ClaimsError('limit_exceeded', `The body ${problem}; allowed: ${allowed}`, {
    problems: [{ field: 'body', problem, allowed }],
  })
}
