import { describeDigits, type NumberFormat } from '@claims/contracts'
import { examplesOf, type Ambiguity, type ColumnReading, type Level } from './column-reading.ts'
import {
  decoratedNumber,
  digitFormats,
  digitsParser,
  type DecoratedNumber,
  type DigitFormat,
} from './parse-number.ts'

interface Candidate {
  readonly format: DigitFormat
  /** Value of each number; NaN where the format does not read it. */
  readonly values: readonly number[]
  readonly cells: number
}

interface Written extends Level {
  readonly parts: DecoratedNumber
}

const plainText = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/
const settled =
  'the option --decimal point or --decimal comma, or "reading": {"decimal": "comma"} in the blueprint'

/**
 * How a column writes its numbers, decided from all its distinct cells; the decision table stands in
 * docs/reading-data.md.
 *
 * @param levels distinct texts with their counts; texts that are no numbers are passed over
 * @param hint decimal sign where the cells leave it open
 * @returns the format, or why there are two
 */
export function inferNumberFormat(
  levels: readonly Level[],
  hint: 'point' | 'comma' | undefined,
): ColumnReading<NumberFormat> {
  const written: Written[] = []
  for (const { text, count } of levels) {
    const parts = decoratedNumber(text)
    if (parts !== undefined) written.push({ text, count, parts })
  }
  const formats = hint === 'comma' ? [...digitFormats].sort(commaFirst) : digitFormats
  const candidates = formats.map((format): Candidate => {
    const parse = digitsParser(format)
    const values = written.map(({ parts }) => parse(parts.body))
    return { format, values, cells: sum(written.filter((_, i) => !Number.isNaN(values[i]))) }
  })
  const cells = Math.max(0, ...candidates.map((candidate) => candidate.cells))
  const like = sum(written)
  if (cells === 0) return { format: undefined, cells, like, announced: undefined, ambiguity: undefined }
  const best = differing(candidates.filter((candidate) => candidate.cells === cells))
  const { chosen, ambiguity } = choose(best, { written, hint })
  const read = written.filter((_, i) => !Number.isNaN(chosen.values[i]))
  const marks = marksOf(read)
  const format: NumberFormat = { ...chosen.format, ...marks.format }
  return {
    format: isPlain(format) && hint !== 'comma' ? undefined : format,
    cells,
    like,
    announced: announce(read, chosen, format),
    ambiguity: ambiguity ?? marks.ambiguity,
  }
}

function commaFirst(a: DigitFormat, b: DigitFormat): number {
  return Number(a.decimal === 'point') - Number(b.decimal === 'point')
}

function isPlain(format: NumberFormat): boolean {
  const { decimal, grouping, currency, percent } = format
  return decimal === 'point' && grouping === 'none' && currency === undefined && !percent
}

/** Of candidates that read every number alike only the simplest. */
function differing(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of candidates)
    if (!kept.some(({ values }) => values.every((value, i) => Object.is(value, candidate.values[i]))))
      kept.push(candidate)
  return kept
}

function choose(
  best: readonly Candidate[],
  { written, hint }: { written: readonly Written[]; hint: 'point' | 'comma' | undefined },
): { chosen: Candidate; ambiguity: Ambiguity | undefined } {
  const [first, second] = best
  if (first === undefined) throw new TypeError('no format reads the numbers')
  if (second === undefined) return { chosen: first, ambiguity: undefined }
  // Every remaining pair differs in what a sign before three last digits is: decimal sign or between thousands.
  const grouped = best.find(({ format }) => format.grouping !== 'none')
  const plain = best.find(({ format }) => format.grouping === 'none')
  const unmarked = written.filter(({ parts }) => /^\d+$/.test(parts.body))
  const small = unmarked.length > 0 && unmarked.every(({ parts }) => Number(parts.body) < 1000)
  if (grouped !== undefined && plain !== undefined) {
    if (plain.format.decimal === 'comma' && small) return { chosen: grouped, ambiguity: undefined }
    if (plain.format.decimal === 'point' && !(small || hint === 'comma'))
      return { chosen: plain, ambiguity: undefined }
  }
  const hinted = best.find(({ format }) => format.decimal === hint)
  if (hinted !== undefined) return { chosen: hinted, ambiguity: undefined }
  const marked = written.filter((_, i) => first.values[i] !== second.values[i]).slice(0, 3)
  const texts = marked.map(({ text }) => `"${text.trim()}"`).join(', ')
  const reading = ({ format, values }: Candidate): string =>
    `${marked.map((level) => String(values[written.indexOf(level)])).join(', ')} (${describeDigits(format)})`
  return {
    chosen: first,
    ambiguity: {
      problem: `looks like numbers that can be read in two ways: ${texts} are ${reading(first)} or ${reading(second)}`,
      allowed: settled,
    },
  }
}

function marksOf(read: readonly Written[]): {
  format: Pick<NumberFormat, 'percent' | 'currency'>
  ambiguity: Ambiguity | undefined
} {
  const currencies = [...new Set(read.flatMap(({ parts }) => parts.currency ?? []))]
  const percents = read.filter(({ parts }) => parts.percent)
  const bare = read.filter(({ parts }) => !parts.percent && /[1-9]/.test(parts.body))
  const [currency] = currencies
  const format = { percent: percents.length > 0, ...(currency === undefined ? {} : { currency }) }
  if (currencies.length > 1) {
    const examples = currencies.flatMap(
      (mark) => read.find(({ parts }) => parts.currency === mark)?.text ?? [],
    )
    return {
      format,
      ambiguity: {
        problem: `looks like amounts in ${String(currencies.length)} currencies: ${quoted(examples)}`,
        allowed: 'amounts in one currency, or a column for the amount and one for the currency',
      },
    }
  }
  if (percents.length > 0 && bare.length > 0)
    return {
      format,
      ambiguity: {
        problem: `looks like numbers with and without a percent sign: ${quoted([percents[0]!.text, bare[0]!.text])}; the second may be a share or a percentage`,
        allowed: 'a percent sign in every cell or in none',
      },
    }
  return { format, ambiguity: undefined }
}

function announce(read: readonly Written[], chosen: Candidate, format: NumberFormat): string | undefined {
  const odd = read.filter(({ text }) => !plainText.test(text))
  const shown = odd.find(({ text }) => /[.,'’\s]\d{3}/.test(text.trim())) ?? odd[0]
  if (shown === undefined) return isPlain(format) ? undefined : describeMarks(format)
  const size = digitsParser(chosen.format)(shown.parts.body)
  const value = shown.parts.negative ? -size : size
  return `"${examplesOf([shown.text.trim()]).join('')}" read as ${String(value)}: ${describeMarks(format)}, ${String(sum(odd))} cells`
}

function describeMarks(format: NumberFormat): string {
  return [
    describeDigits(format),
    ...(format.currency === undefined ? [] : [`currency ${format.currency}`]),
    ...(format.percent ? ['percent'] : []),
  ].join(', ')
}

function quoted(texts: readonly string[]): string {
  return examplesOf(texts.map((text) => text.trim()))
    .map((text) => `"${text}"`)
    .join(', ')
}

function sum(levels: readonly Level[]): number {
  return levels.reduce((total, { count }) => total + count, 0)
}
