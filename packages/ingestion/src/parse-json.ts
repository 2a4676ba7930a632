import { parseJsonText } from './json-parser.ts'

/**
 * Parses JSON so that whole numbers keep their digits.
 *
 * @param text RFC 8259; at most 500 levels
 * @returns the value; a whole number beyond 2^53 - 1 is a bigint
 * @throws JsonFault naming the position and what is wrong, without repeating the text
 * @example
 * parseJsonExactly('{"id": 9007199254740993}') // { id: 9007199254740993n }
 */
export function parseJsonExactly(text: string): unknown {
  return parseJsonText(text)
}
