import { parseTimestampBytes } from '@claims/frame'
import { canonicalCategory, composed, parseBoolean, unwrapped } from './canonical-text.ts'
import type { ColumnReading, Level } from './column-reading.ts'
import { distinctCells, type DistinctCells } from './distinct-cells.ts'
import { inferDateFormat, isCompactDate } from './infer-date-format.ts'
import { inferNumberFormat } from './infer-number-format.ts'
import { isMissingWord, isPlus, mayMeanMissing } from './missing-words.ts'
import { parseDecimal } from './parse-decimal.ts'
import { decoratedNumber, numberParser } from './parse-number.ts'
import type { RawTable } from './raw-table.ts'
import type { NumberFormat } from '@claims/contracts'

/** What a column holds, worked out from all its cells. */
export interface ColumnProfile {
  readonly name: string
  /** Cells that are not missing. */
  readonly filled: number
  readonly missing: number
  /** Distinct texts that are not missing, in their canonical form. */
  readonly distinct: number
  /** The first of them in order of appearance, at most `limit`. */
  readonly levels: (limit: number) => Level[]
  /** Levels of a category of which several spellings became one, such as 250.0 and 250.00, with their spellings. */
  readonly merged: () => ReadonlyMap<string, readonly Level[]>
  /** Texts that were taken for missing, as they are written, with their counts; without the empty text. */
  readonly missingTokens: readonly Level[]
  /** Share of filled cells that are finite numbers, 0-1; codes with a leading zero are no numbers. */
  readonly numberShare: number
  /** How the numbers are written. */
  readonly numbers: ColumnReading<NumberFormat>
  /** Whether all numbers are whole. */
  readonly whole: boolean
  /** Least and largest number; infinite when there is none. */
  readonly minimum: number
  readonly maximum: number
  /** Share of filled cells that are existing dates, 0-1. */
  readonly dateShare: number
  /** How the dates are written. */
  readonly dates: ColumnReading<string>
  /** Distinct texts that are neither numbers nor dates. */
  readonly others: readonly Level[]
  /** Whether all texts are spellings of true and false, and both are there. */
  readonly truth: boolean
  /** Share of filled cells that are spellings of true and false, 0-1. */
  readonly truthShare: number
  /** Mean number of words and of characters of the distinct texts that are neither numbers nor dates. */
  readonly meanWords: number
  readonly meanLength: number
}

/** What is known of how a file is written, where its cells leave it open. */
export interface ProfileHints {
  readonly decimal?: 'point' | 'comma' | undefined
  readonly dates?: 'dmy' | 'mdy' | 'ymd' | undefined
}

const quote = 34
/** Digits with a leading zero that a spreadsheet keeps as text. */
const codeInQuotes = /^="0\d+"$/
const mostTruthLevels = 20

/** The distinct cells of a column by what the plain grammars make of them. */
interface Sorted {
  readonly numbers: readonly number[]
  readonly dates: readonly number[]
  readonly odd: readonly Level[]
  readonly missing: readonly Level[]
  readonly coded: boolean
  readonly whole: boolean
  readonly minimum: number
  readonly maximum: number
}

/** Profiles one column. @param position 0-based position in `raw.names` */
export function profileColumn(
  raw: Omit<RawTable, 'lineage'>,
  position: number,
  hints: ProfileHints = {},
): ColumnProfile {
  const cells = distinctCells(raw, position)
  const sorted = sortCells(cells)
  const level = (code: number): Level => ({ text: cells.text(code), count: cells.counts[code]! })
  const count = (codes: readonly number[]): number =>
    codes.reduce((sum, code) => sum + cells.counts[code]!, 0)
  const plainNumbers = count(sorted.numbers)
  const plainDates = count(sorted.dates)
  const numbers = readNumbers(sorted, { cells, level, decimal: hints.decimal, plainNumbers })
  const compact = compactDates(sorted, { level, plainNumbers })
  const dates = compact?.reading ?? inferDateFormat([...sorted.dates.map(level), ...sorted.odd], hints.dates)
  const parse = numberParser(numbers.format)
  const others = sorted.odd.filter(({ text }) => !Number.isFinite(parse(text)))
  const word = otherWord(others, {
    // Beside codes a word is another code.
    numbers: sorted.coded ? 0 : sorted.numbers.length + sorted.odd.length - others.length,
    dates: dates.cells,
    plainDates,
    odd: sorted.odd,
  })
  const missing = [...sorted.missing, ...(compact?.missing ?? []), ...word]
  const words = new Set(word.map(({ text }) => text))
  const texts = sorted.odd.filter(({ text }) => !words.has(text))
  const filled = plainNumbers + plainDates + sum(texts) - sum(compact?.missing ?? [])
  const kept = [...sorted.numbers, ...sorted.dates]
  const canonical = canonicalLevels(texts)
  const levels = (limit: number): Level[] =>
    inOrder(cells, { kept, canonical, limit, skip: compact?.missing })
  const readOdd = texts.map(({ text }) => parse(text)).filter(Number.isFinite)
  const shape = textShape(texts)
  const truth = truthOf(cells, { levels, count: kept.length + canonical.size })
  return {
    name: raw.names[position]!,
    filled,
    missing: raw.rows - filled,
    distinct: kept.length + canonical.size - (compact?.missing.length ?? 0),
    levels,
    merged: () => mergedLevels(cells),
    missingTokens: missing,
    numberShare: sorted.coded || filled === 0 || compact !== undefined ? 0 : numbers.cells / filled,
    numbers,
    whole: sorted.whole && readOdd.every(Number.isInteger),
    minimum: readOdd.reduce((least, value) => Math.min(least, value), sorted.minimum),
    maximum: readOdd.reduce((largest, value) => Math.max(largest, value), sorted.maximum),
    dateShare: filled === 0 ? 0 : dates.cells / filled,
    dates,
    others: others.filter(({ text }) => !words.has(text)),
    truth: truth.pair,
    truthShare: filled === 0 ? 0 : truth.cells / filled,
    ...shape,
  }
}

function sortCells(cells: DistinctCells): Sorted {
  const { bytes, counts } = cells
  const numbers: number[] = []
  const dates: number[] = []
  const odd: Level[] = []
  const missing: Level[] = []
  let coded = false
  let whole = true
  let minimum = Infinity
  let maximum = -Infinity
  for (let code = 0; code < cells.size; code++) {
    let start = cells.starts[code]!
    let end = cells.ends[code]!
    if (bytes[start] === quote && bytes[end - 1] === quote && end - start > 1) {
      start++
      end--
    }
    const value = parseDecimal(bytes, start, end)
    if (value - value === 0) {
      numbers.push(code)
      whole &&= Number.isInteger(value)
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
      coded ||= hasLeadingZero(bytes, start, end) || isLongCode(value, bytes, { start, end })
    } else if (!Number.isNaN(parseTimestampBytes(bytes, start, end))) dates.push(code)
    else {
      const text = cells.text(code)
      const trimmed = text.trim()
      if (trimmed === '') continue
      const list = isMissingWord(trimmed) ? missing : odd
      list.push({ text, count: counts[code]! })
      coded ||= codeInQuotes.test(trimmed)
    }
  }
  // Beside a plus a minus is a value.
  const signs = odd.some(({ text }) => isPlus(text.trim()))
  const isMinus = ({ text }: Level): boolean => signs && text.trim() === '-'
  odd.push(...missing.filter(isMinus))
  return {
    numbers,
    dates,
    odd,
    missing: missing.filter((level) => !isMinus(level)),
    coded,
    whole,
    minimum,
    maximum,
  }
}

/** The formats are only tried where a text is not plain, or where all points have three digits behind them. */
function readNumbers(
  sorted: Sorted,
  of: {
    readonly cells: DistinctCells
    readonly level: (code: number) => Level
    readonly decimal: 'point' | 'comma' | undefined
    readonly plainNumbers: number
  },
): ColumnReading<NumberFormat> {
  const { numbers, odd, whole } = sorted
  const decorated = odd.some(({ text }) => decoratedNumber(text) !== undefined)
  const thousands =
    !whole && !of.cells.typed && numbers.every((code) => /^[^.]*(\.\d{3})?$/.test(of.cells.text(code).trim()))
  if (decorated || thousands || (of.decimal === 'comma' && numbers.length > 0))
    return inferNumberFormat([...numbers.map(of.level), ...odd], of.decimal)
  return {
    format: undefined,
    cells: of.plainNumbers,
    like: of.plainNumbers,
    announced: undefined,
    ambiguity: undefined,
  }
}

const noDates = new Set(['0', '00000000', '99991231'])
const fewestCompactDates = 3

/** Whole numbers of eight digits that are all dates, and those that stand for "no date". */
function compactDates(
  { numbers, dates, odd, whole }: Sorted,
  of: { readonly level: (code: number) => Level; readonly plainNumbers: number },
): { reading: ColumnReading<string>; missing: Level[] } | undefined {
  if (!whole || numbers.length < fewestCompactDates || dates.length > 0 || odd.length > 0) return undefined
  const missing: Level[] = []
  let first: string | undefined
  for (const code of numbers) {
    const level = of.level(code)
    const text = level.text.trim()
    if (noDates.has(text)) missing.push(level)
    else if (isCompactDate(text)) first ??= text
    else return undefined
  }
  if (first === undefined || numbers.length - missing.length < fewestCompactDates) return undefined
  const cells = of.plainNumbers - sum(missing)
  const iso = `${first.slice(0, 4)}-${first.slice(4, 6)}-${first.slice(6, 8)}`
  return {
    reading: {
      format: 'yyyymmdd',
      cells,
      like: cells,
      announced: `"${first}" read as ${iso}: eight digits that are all dates, ${String(cells)} cells`,
      ambiguity: undefined,
    },
    missing,
  }
}

/** The one word, in any case, that stands beside numbers or dates only; it means "no value". */
function otherWord(
  others: readonly Level[],
  of: {
    readonly numbers: number
    readonly dates: number
    readonly plainDates: number
    readonly odd: readonly Level[]
  },
): readonly Level[] {
  const besideNumbers = of.plainDates === 0 && of.numbers >= 2 ? oneWord(others) : []
  if (besideNumbers.length > 0 || of.dates === 0 || of.numbers > 0) return besideNumbers
  const words = oneWord(of.odd.filter(({ text }) => mayMeanMissing(text.trim())))
  return sum(words) + of.dates === of.plainDates + sum(of.odd) ? words : []
}

function oneWord(levels: readonly Level[]): readonly Level[] {
  const [first] = levels
  if (first === undefined || sum(levels) < 2) return []
  const word = first.text.trim().toLowerCase()
  return mayMeanMissing(word) && levels.every(({ text }) => text.trim().toLowerCase() === word) ? levels : []
}

function canonicalLevels(texts: readonly Level[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { text, count } of texts) {
    const level = canonicalCategory(text)
    counts.set(level, (counts.get(level) ?? 0) + count)
  }
  return counts
}

function mergedLevels(cells: DistinctCells): ReadonlyMap<string, readonly Level[]> {
  const spellings = new Map<string, Level[]>()
  for (let code = 0; code < cells.size; code++) {
    const text = composed(unwrapped(cells.text(code)))
    const level = canonicalCategory(text)
    const known = spellings.get(level)
    if (known === undefined) spellings.set(level, [{ text, count: cells.counts[code]! }])
    else if (!known.some((spelling) => spelling.text === text))
      known.push({ text, count: cells.counts[code]! })
  }
  return new Map([...spellings].filter(([, { length }]) => length > 1))
}

function inOrder(
  cells: DistinctCells,
  of: {
    readonly kept: readonly number[]
    readonly canonical: ReadonlyMap<string, number>
    readonly limit: number
    readonly skip: readonly Level[] | undefined
  },
): Level[] {
  const skipped = new Set(of.skip?.map(({ text }) => text))
  const plain = new Set(of.kept)
  const counts = new Map<string, number>()
  for (let code = 0; code < cells.size; code++) {
    const text = cells.text(code)
    const level = canonicalCategory(text)
    if (skipped.has(text) || !(plain.has(code) || of.canonical.has(level))) continue
    if (!counts.has(level) && counts.size >= of.limit) continue
    counts.set(level, (counts.get(level) ?? 0) + cells.counts[code]!)
  }
  return [...counts].map(([text, count]) => ({ text, count }))
}

function truthOf(
  cells: DistinctCells,
  of: { readonly levels: (limit: number) => Level[]; readonly count: number },
): { pair: boolean; cells: number } {
  if (cells.size > mostTruthLevels * 5 || of.count > mostTruthLevels) return { pair: false, cells: 0 }
  const levels = of.levels(mostTruthLevels)
  const truths = levels.filter(({ text }) => parseBoolean(text) !== undefined)
  const pair = truths.length === levels.length && isTruthPair(truths.map(({ text }) => text))
  return { pair, cells: isTruthPair(truths.map(({ text }) => text)) ? sum(truths) : 0 }
}

const families = [
  ['true', 'false', 't', 'f'],
  ['yes', 'no', 'y', 'n'],
]

/**
 * Whether texts that are all truth values are true and false of one kind of words, perhaps with 1 and 0 among them;
 * `1` and `0` alone are numbers.
 */
function isTruthPair(texts: readonly string[]): boolean {
  const lower = [...new Set(texts.map((text) => text.trim().toLowerCase()))]
  return families.some(
    (family) =>
      [0, 1].every((side) => lower.some((text) => family.includes(text) && parseBoolean(text) === side)) &&
      lower.every((text) => text.length > 1 || family.includes(text) || text === '1' || text === '0'),
  )
}

function textShape(texts: readonly Level[]): Pick<ColumnProfile, 'meanWords' | 'meanLength'> {
  let words = 0
  let length = 0
  for (const { text } of texts) {
    const trimmed = text.trim()
    words += trimmed.split(/\s+/u).length
    length += trimmed.length
  }
  const count = Math.max(texts.length, 1)
  return { meanWords: words / count, meanLength: length / count }
}

function sum(levels: readonly Level[]): number {
  return levels.reduce((total, { count }) => total + count, 0)
}

/** Whether the digits of a whole number are more than a double keeps: a code, not a quantity. */
function isLongCode(value: number, bytes: Uint8Array, at: { start: number; end: number }): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false
  for (let i = at.start; i < at.end; i++) if (bytes[i]! < 48 || bytes[i]! > 57) return false
  return true
}

function hasLeadingZero(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || bytes[start] !== 48) return false
  const next = bytes[start + 1]!
  return next >= 48 && next <= 57
}
