/** Texts, in lower case, that mean that there is no value, whatever the other cells hold. */
const missingTexts: ReadonlySet<string> = new Set([
  '?',
  'na',
  'n/a',
  '#n/a',
  '#na',
  'null',
  '(null)',
  'nan',
  '-',
  '_',
  'missing',
  '<na>',
])

/** Texts, in lower case, that say of a label that the outcome is not known. */
const unknownTexts: ReadonlySet<string> = new Set([
  'none',
  'unknown',
  'unkn',
  'unk',
  'not known',
  'undetermined',
  'n.a.',
  'nat',
  '-nan',
  '\\n',
  '.',
  '#null!',
  '#div/0!',
])

/** Whether a text means that there is no value. @param trimmed any case */
export function isMissingWord(trimmed: string): boolean {
  return missingTexts.has(trimmed.toLowerCase())
}

/** Whether a label's text says that the outcome is not known. @param trimmed any case */
export function isUnknownWord(trimmed: string): boolean {
  const lower = trimmed.toLowerCase()
  return lower === '' || missingTexts.has(lower) || unknownTexts.has(lower)
}

/** Whether a text is a plus, or several: beside it a minus is a value. @param trimmed without blanks */
export function isPlus(trimmed: string): boolean {
  return /^\++$/.test(trimmed)
}

const longestWord = 40
const zeroDate = /^0+([-/.])0+\1[0 :]+$/

/**
 * Whether a text may stand for "no value" beside numbers or dates: a word without digits, an error of a spreadsheet such
 * as `#DIV/0!`, or a date of zeros such as `0000-00-00`.
 */
export function mayMeanMissing(trimmed: string): boolean {
  return (
    trimmed.length <= longestWord &&
    (trimmed.startsWith('#') || !/\d/.test(trimmed) || zeroDate.test(trimmed))
  )
}
