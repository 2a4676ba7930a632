import type { ScalarTag } from 'yaml'
import { MlflowError } from '../errors.ts'

/** The largest MLmodel file that is read, characters and pieces of YAML; a quoted text is one piece. */
const largest = 4 * 2 ** 20
const mostPieces = 100_000

/**
 * Reads YAML that Python's `yaml.safe_dump` wrote: its idea of numbers, no tags but the plain ones, one document, and
 * so few repetitions by alias that nothing grows out of bounds.
 *
 * @param text YAML
 * @param file for the error
 * @throws MlflowError `invalid_model_folder`
 */
export async function parseYaml(text: string, file: string): Promise<unknown> {
  if (text.length > largest) throw damaged(file, `has more than ${largest} characters`)
  const { Lexer, parseDocument } = await import('yaml')
  try {
    let pieces = 0
    for (const _piece of new Lexer().lex(text)) {
      pieces += 1
      // The parser needs some kilobytes for each.
      if (pieces > mostPieces) throw damaged(file, `has more than ${mostPieces} pieces`)
    }
    const document = parseDocument(text, {
      schema: 'failsafe',
      customTags: ['map', 'seq', ...scalars],
      resolveKnownTags: false,
      logLevel: 'error',
      prettyErrors: true,
    })
    const [problem] = [...document.errors, ...document.warnings]
    if (problem) throw damaged(file, firstLine(problem.message), problem)
    const value = document.toJS({ maxAliasCount: 100 }) as unknown
    // Throws for what holds itself.
    JSON.stringify(value)
    return value
  } catch (error) {
    if (error instanceof MlflowError) throw error
    if (error instanceof RangeError) throw damaged(file, 'is nested too deeply', error)
    throw damaged(file, error instanceof Error ? error.message : String(error), error)
  }
}

/**
 * Writes YAML that means the same to YAML 1.1, which Python reads, and to 1.2; names in order, as Python writes them.
 *
 * @param value plain objects, lists, texts, numbers, booleans and null
 * @param sorted whether names are put in order
 */
export async function writeYaml(value: unknown, sorted = true): Promise<string> {
  const { Scalar, visit, Document } = await import('yaml')
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    sortMapEntries: sorted,
    customTags: (tags) => [pointed, ...tags],
  })
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string' || plainInPython.test(node.value)) return
      node.type = /^[\x20-\x7e]*$/.test(node.value) ? Scalar.QUOTE_SINGLE : Scalar.QUOTE_DOUBLE
    },
  })
  const text = document.toString({ lineWidth: 0, indentSeq: false })
  // All of these stand in double quotes. To YAML 1.1 some are ends of lines, the others are forbidden.
  return text.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Python takes a number with an exponent for a text unless it has a point, and one without either for an integer. */
const pointed: ScalarTag = {
  ...tag('float', /^(?!)/, Number),
  identify: (value) => Number.isFinite(value) && !Number.isSafeInteger(value) && !String(value).includes('.'),
  stringify: ({ value }) => String(value).replace(/(?=e)|$/, '.0'),
}

const unprintable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu

/** Texts that no version of YAML takes for anything else. */
const plainInPython = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9_.\-/=]*$/i

const scalars: ScalarTag[] = [
  tag('null', /^(?:~|null|Null|NULL|)$/, () => null),
  tag('bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/, (text) =>
    /^(?:yes|true|on)$/i.test(text),
  ),
  tag('int', /^[-+]?(?:0|[1-9][0-9_]*)$/, integer),
  tag(
    'float',
    /^(?:[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    float,
  ),
  tag('str', /^/, (text) => text),
]

function tag(name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve }
}

/** An integer beyond 2^53 stays a text. */
function integer(text: string): number | string {
  const number = Number(text.replaceAll('_', ''))
  return Number.isSafeInteger(number) ? number : text
}

function float(text: string): number {
  if (/nan$/i.test(text)) return NaN
  if (/inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text.replaceAll('_', ''))
}

function firstLine(message: string): string {
  return message.replace(/:?\n[^]*$/, '')
}

function damaged(file: string, what: string, cause?: unknown): MlflowError {
  return new MlflowError('invalid_model_folder', `${file}: ${what}`, { field: file, cause })
}
