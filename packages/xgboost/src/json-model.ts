import { messageOf, XGBoostError } from './errors.ts'
import { MOST_LEVELS } from './ubjson.ts'
import type { ModelValue } from './ubjson.ts'

/** The longest text that can be made of bytes. */
const MOST_BYTES = 2 ** 29 - 32

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d]
const [LETTER_N, LETTER_I] = [0x4e, 0x49]

/** 1 for the bytes that are looked at; the others are numbers and blanks, most of a model. */
const NOTABLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  [QUOTE, OBJECT, OBJECT_END, LIST, LIST_END, LETTER_N, LETTER_I].includes(byte) ? 1 : 0,
)

/**
 * Reads a model in JSON with the numbers that XGBoost writes beside it: `NaN` is null, `Infinity` a number.
 *
 * What this and the library's own reader would take differently is refused: a name that stands twice in an object,
 * escapes in names (the library reads `\u0041` as six characters), nesting that would use up its stack.
 *
 * @param bytes the whole document
 * @returns the value
 * @throws XGBoostError `invalid_model`; `model_unsupported` for more text than a string holds
 */
export function parseJsonModel(bytes: Uint8Array): ModelValue {
  if (bytes.length > MOST_BYTES)
    throw new XGBoostError('model_unsupported', 'a JSON model of more than 512 MB is not read; use UBJSON')
  const decoder = new TextDecoder()
  let [text, copied] = ['', 0]
  for (const { at, length, instead } of literalsOf(bytes)) {
    text += decoder.decode(bytes.subarray(copied, at)) + instead
    copied = at + length
  }
  text += decoder.decode(bytes.subarray(copied))
  try {
    return JSON.parse(text) as ModelValue
  } catch (cause) {
    throw wrong(messageOf(cause), cause)
  }
}

const wrong = (problem: string, cause?: unknown): XGBoostError =>
  new XGBoostError('invalid_model', `no XGBoost model: ${problem}`, cause === undefined ? {} : { cause })

interface Literal {
  readonly at: number
  readonly length: number
  readonly instead: string
}

interface Container {
  /** The names of an object so far; absent for a list. */
  readonly names: Set<string> | undefined
  /** The name under which it stands. */
  readonly name: string
}

/** Walks the document once: where the numbers stand that JSON lacks, and that every name stands once. */
const literalsOf = (bytes: Uint8Array): Literal[] => {
  const literals: Literal[] = []
  const open: Container[] = []
  let name = ''
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (NOTABLE[byte] === 0) continue
    if (byte === QUOTE) {
      const end = endOfText(bytes, at)
      const container = open.at(-1)
      if (container?.names && isName(bytes, end)) {
        name = nameOf(bytes.subarray(at, end), container.name === 'attributes')
        if (container.names.has(name)) throw wrong(`${shortened(name)} stands twice in an object`)
        container.names.add(name)
      }
      at = end - 1
    } else if (byte === OBJECT || byte === LIST) {
      if (open.length >= MOST_LEVELS) throw wrong(`more than ${MOST_LEVELS} levels`)
      open.push({ names: byte === OBJECT ? new Set() : undefined, name })
    } else if (byte === OBJECT_END || byte === LIST_END) {
      open.pop()
    } else {
      const [word, instead] = byte === LETTER_N ? ['NaN', 'null'] : ['Infinity', '1e999']
      if (!Array.from(word).every((letter, index) => bytes[at + index] === letter.charCodeAt(0))) continue
      literals.push({ at, length: word.length, instead })
      at += word.length - 1
    }
  }
  return literals
}

/** The place after the closing quote of the text that begins at `at`. */
const endOfText = (bytes: Uint8Array, at: number): number => {
  let end = at + 1
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1
  return end + 1
}

const isName = (bytes: Uint8Array, end: number): boolean => {
  let next = end
  while (next < bytes.length && (bytes[next] ?? 0) <= 0x20) next += 1
  return bytes[next] === COLON
}

const nameOf = (quoted: Uint8Array, mayEscape: boolean): string => {
  const text = new TextDecoder().decode(quoted.subarray(1, -1))
  if (!text.includes('\\')) return text
  if (!mayEscape) throw wrong(`the name ${shortened(text)} holds an escape`)
  try {
    return String(JSON.parse(`"${text}"`))
  } catch (cause) {
    throw wrong(messageOf(cause), cause)
  }
}

const shortened = (name: string): string => JSON.stringify(name.slice(0, 100))
