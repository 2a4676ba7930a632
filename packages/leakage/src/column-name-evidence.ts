/** What a column's name says about when the column is made. */
export interface NameEvidence {
  readonly severity: 'warning' | 'block'
  /** The words that say it. */
  readonly words: string
}

const laterWords: readonly string[] = [
  'chargeback',
  'chargebacks',
  'settlement',
  'settled',
  'payout',
  'paid out',
  'outcome',
  'recovered',
  'recovery',
  'recoveries',
  'written off',
  'write off',
  'writeoff',
  'charged off',
  'charge off',
  'closed date',
  'date closed',
  'close date',
  'closure date',
  'resolution',
  'resolved',
  'verdict',
  'adjudication',
  'adjudicated',
  'denial',
  'denied',
  'claim status',
  'case status',
  'loan status',
  'investigation result',
  'approved amount',
  'amount approved',
  'final amount',
  'final cost',
  'ultimate',
  'paid amount',
  'amount paid',
  'claim paid',
  'loss paid',
  'payment date',
  'date paid',
  'confirmed fraud',
  'fraud confirmed',
  'fraud scenario',
  'fraud type',
  'fraud date',
  'rejection reason',
]
const possiblyLaterWords: readonly string[] = [
  'status',
  'decision',
  'approved',
  'approval',
  'rejected',
  'closed',
  'paid',
  'fraud',
  'refund',
  'refunded',
  'dispute',
  'disputed',
  'litigation',
  'subrogation',
  'salvage',
  'reimbursement',
  'reimbursed',
  'investigation',
  'investigated',
  'collection',
  'collections',
  'reopened',
  'flagged',
]
const pastWords: ReadonlySet<string> = new Set([
  'previous',
  'previously',
  'prev',
  'past',
  'prior',
  'history',
  'historical',
  'hist',
  'earlier',
  'former',
  'before',
])
const recentWords: ReadonlySet<string> = new Set([
  'last',
  'since',
  'lag',
  'lagged',
  'first',
  'due',
  'next',
  'average',
  'avg',
])
const harmlessBeforeStatus: ReadonlySet<string> = new Set([
  'marital',
  'employment',
  'employee',
  'job',
  'work',
  'civil',
  'family',
  'housing',
  'home',
  'residence',
  'smoking',
  'smoker',
  'student',
  'health',
  'parental',
  'vip',
  'citizenship',
  'ownership',
])
const fillerWords: ReadonlySet<string> = new Set([
  'is',
  'has',
  'was',
  'flag',
  'label',
  'target',
  'indicator',
  'ind',
  'y',
  'p',
])
const genericLabelWords: ReadonlySet<string> = new Set([
  'claim',
  'claims',
  'loss',
  'risk',
  'status',
  'type',
  'class',
  'response',
  'event',
  'result',
  'amount',
  'default',
  'number',
  'count',
  'nb',
  'high',
  'risky',
  'bad',
  'good',
  'cost',
  'value',
  'score',
])
const identifierWords: ReadonlySet<string> = new Set([
  'id',
  'ids',
  'uuid',
  'guid',
  'key',
  'ref',
  'reference',
  'serial',
  'index',
  'idx',
  'hash',
  'iban',
  'ssn',
  'vin',
  'plate',
  'phone',
  'email',
  'zip',
  'zipcode',
  'postcode',
  'postal',
  'license',
  'licence',
  'code',
  'account',
  'rownum',
])
const numberWords: ReadonlySet<string> = new Set(['number', 'no', 'nr', 'num'])

/**
 * Whether a name says that the column is made after the outcome, or that it holds the label.
 *
 * `block`: a word of settling, paying, closing or deciding ("settlement_amount", "claim_status"), or the label's own
 * name within a longer one ("TX_FRAUD_SCENARIO" for "TX_FRAUD"). `warning`: a word that may mean that
 * ("policy_status"). Words of the past ("previous_claims", "PastNumberOfClaims") make either harmless.
 *
 * @param name of the column
 * @param labelColumn name of the label; a label of one common word ("claim") is not looked for
 * @returns null when the name says nothing
 */
export function judgeColumnName(name: string, labelColumn: string): NameEvidence | null {
  const words = wordsOf(name)
  if (words.some((word) => pastWords.has(word))) return null
  const recent = words.some((word) => recentWords.has(word))
  const label = labelWords(labelColumn)
  const holdsLabel = label.length > 0 && indexOfPhrase(words, label) >= 0
  const later = holdsLabel ? label.join(' ') : findPhrase(words, laterWords)
  if (later !== null) return { severity: recent ? 'warning' : 'block', words: later }
  if (recent || words.includes('premium')) return null
  const possibly = findPhrase(words, possiblyLaterWords)
  if (possibly === null) return null
  const before = words[indexOfPhrase(words, [possibly]) - 1]
  if (possibly === 'status' && before !== undefined && harmlessBeforeStatus.has(before)) return null
  return { severity: 'warning', words: possibly }
}

/** Whether a name says that the column numbers or names things: "policy_number", "IDpol", "insured_zip". */
export function namesIdentifier(name: string): boolean {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  return (
    words.some((word) => identifierWords.has(word)) ||
    (numberWords.has(last) && words.length > 1) ||
    /^ID[a-z]|ID$|[a-z]Id$/.test(name)
  )
}

/** The lower-case words of a column name; capitals, digits and punctuation divide. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
}

function labelWords(labelColumn: string): string[] {
  const words = wordsOf(labelColumn)
  while (words.length > 0 && fillerWords.has(words[0]!)) words.shift()
  while (words.length > 0 && (fillerWords.has(words.at(-1)!) || words.at(-1)!.length === 1)) words.pop()
  if (words.length === 1 && (genericLabelWords.has(words[0]!) || words[0]!.length < 4)) return []
  return words
}

function findPhrase(words: readonly string[], phrases: readonly string[]): string | null {
  return phrases.find((phrase) => indexOfPhrase(words, phrase.split(' ')) >= 0) ?? null
}

function indexOfPhrase(words: readonly string[], phrase: readonly string[]): number {
  for (let i = 0; i + phrase.length <= words.length; i++) {
    if (phrase.every((word, k) => words[i + k] === word)) return i
  }
  return -1
}
