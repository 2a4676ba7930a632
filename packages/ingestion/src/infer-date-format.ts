import { parseTimestamp, timestampParser } from '@claims/frame'
import { examplesOf, type ColumnReading, type Level } from './column-reading.ts'

type Order = 'dmy' | 'mdy' | 'ymd'

interface Candidate {
  readonly order: Order
  readonly moments: readonly number[]
  readonly cells: number
}

const orders: readonly Order[] = ['dmy', 'mdy', 'ymd']
const maybeDate = /^\s*[\dA-Za-z][\dA-Za-z .,:/+-]*\d[\dA-Za-z .,:/+-]*$/
const longestText = 64
const fewestDays = 10
const inWords: Record<Order, string> = {
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  ymd: 'year, month, day',
}

/**
 * How a column writes its dates, decided from all its distinct cells: ISO 8601 where that reads as many as any other,
 * else the one order of day and month under which all exist; two orders are an ambiguity. A two-digit year comes last
 * unless the hint says otherwise; where the last numbers look more like days, it is an ambiguity too.
 *
 * @param levels distinct texts with their counts; texts that are no dates are passed over
 * @param hint order where the cells leave it open
 */
export function inferDateFormat(levels: readonly Level[], hint: Order | undefined): ColumnReading<string> {
  const likely = levels.filter(({ text }) => text.length <= longestText && maybeDate.test(text))
  const iso = likely.map(({ text }) => parseTimestamp(text))
  const isoCells = cellsOf(likely, iso)
  const candidates = orders.map((order): Candidate => {
    const parse = timestampParser(order)
    const moments = likely.map(({ text }, i) => (Number.isNaN(iso[i]) ? parse(text) : iso[i]!))
    return { order, moments, cells: cellsOf(likely, moments) }
  })
  const cells = Math.max(0, ...candidates.map((candidate) => candidate.cells))
  const like = cellsOf(
    levels,
    levels.map(({ text }) => (isDateLike(text) ? 0 : NaN)),
  )
  if (cells === isoCells)
    return { format: undefined, cells, like, announced: undefined, ambiguity: undefined }
  const best = candidates.filter((candidate) => candidate.cells === cells)
  // With a two-digit year at the end, year, month, day is a reading only where it is named or the numbers look like it.
  const ahead = likely.every(({ text }, i) => !Number.isNaN(iso[i]) || yearAhead.test(text))
  const yearFirst = hint === 'ymd' || best.length === 1 || looksYearFirst(likely)
  const usual = best.filter(({ order }) => (order === 'ymd' ? yearFirst || ahead : !ahead))
  const odd = likely.flatMap(({ text }, i) => (Number.isNaN(iso[i]) ? [{ text, at: i }] : []))
  const numeric = odd.filter(({ text, at }) => !isSettled(text) && usual.some(isRead(at)))
  const open = usual.length > 1 && numeric.length > 0
  const chosen = (open ? usual.find(({ order }) => order === hint) : undefined) ?? usual[0] ?? candidates[0]!
  const shown = odd.find(({ at }) => isRead(at)(chosen)) ?? odd[0]
  const announced =
    shown === undefined
      ? undefined
      : `"${shown.text.trim()}" read as ${isoText(chosen.moments[shown.at]!)}: ${inWords[chosen.order]}, ${String(cells - isoCells)} cells`
  const ambiguous = open && chosen.order !== hint
  const told = [...numeric].sort((a, b) => Number(differs(usual, b.at)) - Number(differs(usual, a.at)))
  return {
    format: chosen.order,
    cells,
    like,
    announced,
    ambiguity: ambiguous
      ? {
          problem: `looks like dates whose day and month can be read either way: ${told
            .slice(0, 3)
            .map(({ text, at }) => `"${examplesOf([text.trim()]).join('')}" is ${readings(usual, at)}`)
            .join('; ')}`,
          allowed: `the option ${usual.map(({ order }) => `--dates ${order}`).join(' or ')}, or "reading": {"dates": "${usual[0]!.order}"} in the blueprint`,
        }
      : undefined,
  }
}

/** Whether a name of the month or a year of four digits in front leaves no order open. */
function isSettled(text: string): boolean {
  return /[A-Za-z]{3}/.test(text) || yearAhead.test(text)
}

const yearAhead = /^\s*\d{4}\D/
const shortDate = /^\s*(\d{1,2})[-/. ]+\d{1,2}[-/. ]+(\d{2})(?!\d)/

/**
 * Whether of dates such as 22/09/03 the first numbers are few and the last are many, as years and days are. A handful of
 * dates says nothing.
 */
function looksYearFirst(levels: readonly Level[]): boolean {
  const first = new Set<number>()
  const last = new Set<number>()
  for (const { text } of levels) {
    const match = shortDate.exec(text)
    if (match === null) continue
    first.add(Number(match[1]))
    last.add(Number(match[2]))
  }
  return last.size >= fewestDays && last.size > first.size
}

function isRead(at: number): (candidate: Candidate) => boolean {
  return ({ moments }) => !Number.isNaN(moments[at])
}

function differs(candidates: readonly Candidate[], at: number): boolean {
  return new Set(candidates.map(({ moments }) => moments[at])).size > 1
}

function readings(candidates: readonly Candidate[], at: number): string {
  return candidates.map(({ order, moments }) => `${isoText(moments[at]!)} (${inWords[order]})`).join(' or ')
}

function isoText(moment: number): string {
  return Number.isNaN(moment) ? 'no date' : new Date(moment).toISOString().replace(/T00:00:00\.000Z$/, '')
}

function cellsOf(levels: readonly Level[], moments: readonly number[]): number {
  let cells = 0
  levels.forEach(({ count }, i) => {
    if (!Number.isNaN(moments[i])) cells += count
  })
  return cells
}

const dateShapes = [
  /^(19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2}(?=$|[ T,])/,
  /^(0?[1-9]|[12]\d|3[01])[-/. ](0?[1-9]|[12]\d|3[01])[-/. ]((19|20)\d{2}|\d{2})(?=$|[ T,])/,
  /^(19|20)\d{2}[-/.](0?[1-9]|1[0-2])$/,
  /^(0?[1-9]|1[0-2])[-/.](19|20)\d{2}$/,
  /^(19|20)\d{2}[- ]?[QW]\d{1,2}$/i,
  /^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]\.?m\.?)?$/i,
  /^((mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? +)?(\d{1,2}[-/. ])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ,]+('?\d{2}|\d{1,2},? +\d{4}|\d{4})(?=$|[ T,])/i,
  /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? +.*\d{4}/i,
  /^(0?[1-9]|[12]\d|3[01])[-. ]+\p{L}{3,10}[-. ]+(19|20)\d{2}(?=$|[ T,])/u,
  /^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T\d{4}(\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/,
  /^(19|20)\d{2}-W\d{2}-[1-7]$/,
  /^(0?[1-9]|[12]\d|3[01]) *[-/.] *(0?[1-9]|[12]\d|3[01]) *[-/.] *(19|20)\d{2}$/,
]

/** Whether a text has the shape of a date or a time, whether it can be read or not. */
function isDateLike(text: string): boolean {
  const trimmed = text.trim()
  return trimmed.length <= longestText && dateShapes.some((shape) => shape.test(trimmed))
}

const compact = timestampParser('yyyymmdd')
const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(2101, 0, 1)

/** Whether a text of eight digits is a date between 1900 and 2100. */
export function isCompactDate(text: string): boolean {
  const moment = compact(text)
  return moment >= earliest && moment < latest
}
