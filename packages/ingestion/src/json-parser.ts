import { exactNumber, parseJsonExactly } from './parse-json.ts'

/** What a JSON text holds beside its values. */
export interface JsonOddities {
  /** `NaN`, which was read as null. */
  nan: number
  /** `Infinity` and `-Infinity`. */
  infinite: number
  /** Keys that an object holds more than once; the last value counts. First ones, at most 10. */
  readonly duplicates: Set<string>
  /** Objects with such keys. */
  duplicated: number
}

/** A fault of a JSON text; its message never repeats the text. */
export class JsonFault extends Error {
  /** 0-based character. */
  readonly position: number

  constructor(position: number, message: string) {
    super(message)
    this.position = position
  }
}

const maximumDepth = 500
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const spacePattern = /[ \t\r\n]*/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const keyPattern = /"\s*:/g

/** No oddities yet. */
export function noOddities(): JsonOddities {
  return { nan: 0, infinite: 0, duplicates: new Set(), duplicated: 0 }
}

/**
 * Parses JSON (RFC 8259) with two differences: a whole number beyond 2^53 is a bigint, so that it keeps its digits, and
 * what `oddities` counts is counted.
 *
 * @param oddities receives what is counted; with it `NaN` is null and `Infinity` a number, without it they are faults
 * @throws JsonFault naming the position and what is wrong
 */
export function parseJsonText(text: string, oddities?: JsonOddities): unknown {
  return quickly(text) ?? new Parser(text, oddities).parse()
}

/** The value where the built-in parser gives the same as `Parser`; undefined where that is not certain. */
function quickly(text: string): unknown {
  let value: unknown
  try {
    value = parseJsonExactly(text)
  } catch {
    return undefined
  }
  // Texts may hold what looks like a key, so as many keys as there can be proves that none is there twice.
  const most = text.match(keyPattern)?.length ?? 0
  return value !== null && keysOf(value, 0) === most ? value : undefined
}

function keysOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === maximumDepth) return NaN
  let keys = 0
  if (Array.isArray(value)) for (const item of value) keys += keysOf(item, depth + 1)
  else
    for (const item of Object.values(value)) {
      keys++
      if (typeof item === 'object') keys += keysOf(item, depth + 1)
    }
  return keys
}

class Parser {
  readonly #text: string
  readonly #oddities: JsonOddities | undefined
  #at = 0

  constructor(text: string, oddities: JsonOddities | undefined) {
    this.#text = text
    this.#oddities = oddities
  }

  parse(): unknown {
    this.#space()
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#fault('nothing more is expected')
    return value
  }

  #value(depth: number): unknown {
    if (depth > maximumDepth) throw this.#fault(`is nested deeper than ${String(maximumDepth)}`)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      case 'N':
        return this.#oddWord('NaN', null)
      case 'I':
        return this.#oddWord('Infinity', Infinity)
      default:
        return this.#text.startsWith('-I', this.#at) ? this.#oddWord('-Infinity', -Infinity) : this.#number()
    }
  }

  #object(depth: number): unknown {
    const object: Record<string, unknown> = {}
    this.#at++
    this.#space()
    if (this.#take('}')) return object
    let twice = false
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#fault('a key in quotes is expected')
      const key = this.#string()
      this.#space()
      if (!this.#take(':')) throw this.#fault('":" is expected')
      this.#space()
      const value = this.#value(depth + 1)
      if (Object.hasOwn(object, key)) {
        twice = true
        if (this.#oddities !== undefined && this.#oddities.duplicates.size < 10)
          this.#oddities.duplicates.add(key)
      }
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
      else object[key] = value
      this.#space()
      if (this.#take('}')) break
      if (!this.#take(',')) throw this.#fault('"," or "}" is expected')
      this.#space()
    }
    if (twice && this.#oddities !== undefined) this.#oddities.duplicated++
    return object
  }

  #array(depth: number): unknown {
    const items: unknown[] = []
    this.#at++
    this.#space()
    if (this.#take(']')) return items
    for (;;) {
      items.push(this.#value(depth + 1))
      this.#space()
      if (this.#take(']')) return items
      if (!this.#take(',')) throw this.#fault('"," or "]" is expected')
      this.#space()
    }
  }

  #string(): string {
    this.#at++
    let out = ''
    for (;;) {
      const start = this.#at
      let code = this.#text.charCodeAt(this.#at)
      // Up to a quote, a backslash, a control character or the end, where the code is NaN.
      while (code >= 32 && code !== 34 && code !== 92) code = this.#text.charCodeAt(++this.#at)
      out += this.#text.slice(start, this.#at)
      const next = this.#text[this.#at]
      if (next === '"') {
        this.#at++
        return out
      }
      if (next === undefined) throw this.#fault('a text is not closed')
      if (next !== '\\') throw this.#fault('a control character in a text must be escaped')
      out += this.#escape()
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fault('an escape is not one of JSON')
      this.#at += 6
      return String.fromCharCode(parseInt(digits, 16))
    }
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
    if (meant === undefined) throw this.#fault('an escape is not one of JSON')
    this.#at += 2
    return meant
  }

  #number(): number | bigint {
    numberPattern.lastIndex = this.#at
    const digits = numberPattern.exec(this.#text)?.[0]
    if (digits === undefined)
      throw this.#fault(this.#at >= this.#text.length ? 'the text ends too early' : 'a value is expected')
    this.#at += digits.length
    return exactNumber(digits)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#fault('a value is expected')
    this.#at += word.length
    return value
  }

  #oddWord<T>(word: 'NaN' | 'Infinity' | '-Infinity', value: T): T {
    if (this.#oddities === undefined && this.#text.startsWith(word, this.#at))
      throw this.#fault(`${word} is not JSON; null is`)
    const read = this.#word(word, value)
    if (this.#oddities !== undefined) this.#oddities[word === 'NaN' ? 'nan' : 'infinite']++
    return read
  }

  #space(): void {
    spacePattern.lastIndex = this.#at
    this.#at += spacePattern.exec(this.#text)?.[0].length ?? 0
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #fault(message: string): JsonFault {
    return new JsonFault(this.#at, message)
  }
}
