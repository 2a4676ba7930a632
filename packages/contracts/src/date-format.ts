/** Names of date formats that are no patterns. */
export const dateFormatNames = [
  'iso',
  'dmy',
  'mdy',
  'ymd',
  'yyyymmdd',
  'excel_serial',
  'epoch_seconds',
  'epoch_milliseconds',
] as const
/** The name of a date format. */
export type DateFormatName = (typeof dateFormatNames)[number]

/** A part of a date pattern: a field such as `DD`, or text that stands for itself. */
export interface DatePatternToken {
  readonly kind: 'field' | 'literal'
  readonly text: string
}

const part = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|m|ss|s|S{1,9}|A|a|Z|[^A-Za-z[\]]+/

/**
 * The parts of a pattern such as `DD.MM.YYYY HH:mm`: YYYY or YY; M, MM, MMM or MMMM; D or DD; H or HH, or h or hh with
 * A; m or mm; s or ss; S to SSSSSSSSS for fractions; Z for a zone. Letters that stand for themselves are put in
 * brackets: `YYYY-MM-DD[T]HH`.
 *
 * @returns the parts, or what is wrong with the pattern
 * @example
 * datePatternTokens('DD.MM.YYYY') // day, '.', month, '.', year
 */
export function datePatternTokens(
  pattern: string,
): { readonly tokens: readonly DatePatternToken[] } | { readonly problem: string } {
  const next = new RegExp(part, 'y')
  const tokens: DatePatternToken[] = []
  let at = 0
  while (at < pattern.length) {
    next.lastIndex = at
    const match = next.exec(pattern)
    if (match === null) return { problem: `"${pattern.slice(at, at + 20)}" is no part of a date` }
    const [text, bracketed] = match
    const literal = bracketed ?? (/^[A-Za-z]/.test(text) ? undefined : text)
    tokens.push(literal === undefined ? { kind: 'field', text } : { kind: 'literal', text: literal })
    at += text.length
  }
  const problem = tokensProblem(tokens.filter(({ kind }) => kind === 'field').map(({ text }) => text))
  return problem === undefined ? { tokens } : { problem }
}

/** What is wrong with a column's `date_format`; undefined for a name or a pattern that can be read. */
export function dateFormatProblem(format: string): string | undefined {
  if (dateFormatNames.some((name) => name === format)) return undefined
  const read = datePatternTokens(format)
  return 'problem' in read ? read.problem : undefined
}

function tokensProblem(fields: readonly string[]): string | undefined {
  const seen = new Set<string>()
  for (const field of fields) {
    const kind = kindOf(field)
    if (seen.has(kind)) return `it names the ${kind} twice`
    seen.add(kind)
  }
  const absent = ['year', 'month', 'day'].find((kind) => !seen.has(kind))
  if (absent !== undefined) return `it names no ${absent}`
  if (seen.has('half of the day') !== fields.some((field) => field.startsWith('h')))
    return 'h and A stand together or not at all'
  return undefined
}

const kinds: Readonly<Record<string, string>> = {
  Y: 'year',
  M: 'month',
  D: 'day',
  H: 'hour',
  h: 'hour',
  m: 'minute',
  s: 'second',
  S: 'fraction',
  A: 'half of the day',
  a: 'half of the day',
  Z: 'zone',
}

function kindOf(field: string): string {
  return kinds[field.charAt(0)] ?? field
}
