/** Lower-case words of a column name: `insured_sex`, `InsuredSex` and `insured.sex` give insured and sex. */
export function columnWords(name: string): readonly string[] {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

const sensitive =
  /(^| )(gender|sex|race|religion|religious|ethnicity|ethnic|sexual orientation|disability|disabled)( |$)/
const identifier =
  /(^| )(id|ids|uuid|guid|key|identifier|reference|ref|ssn)( |$)|(^| )(number|num|no|nr|code)$|(policy|claim|customer|account|transaction|user|person|contract|terminal|case) ?(id|no|number|nr)( |$)/
/** The last word of codes that may well repeat and predict; not the identifier of a claim, a customer and the like. */
const code = /(^| )(number|num|no|nr|code)$/
const owned =
  /(policy|claim|customer|account|transaction|user|person|contract|terminal|case) ?(id|no|number|nr)( |$)/
/** As in `IDpol`. */
const leadingId = /^ID([^A-Za-z]|[a-z]|$)/
const strictIdentifier = /(^| )(id|ids|uuid|guid|key|identifier|reference|ref|ssn)( |$)/
const place = /(^| )(zip|zipcode|postcode|postal code|postal)( |$)/
const later = [
  /(^| )(claim|case|loan|policy|payment|application|investigation) status( |$)/,
  /(^| )(payment|paid|settlement|settled|closing|closed|close|closure|resolution|resolved|payout|recovery|chargeback|default|denial|approval|decision|investigation) (date|day|time|at|on|amount)( |$)/,
  /(^| )(date|amount|time) (paid|settled|closed|resolved|recovered|approved|denied)( |$)/,
  /(^| )(settled|settlement|chargeback|chargebacks|payout|recovered|recoveries|adjudication|verdict|outcome)( |$)/,
  /(^| )fraud (reported|reason|type|scenario|confirmed|found|flag|flagged|detected|date|score|result)( |$)/,
  /(^| )(is|confirmed) fraud( |$)/,
  /(^| )(investigation|review) (result|outcome|status|decision)( |$)/,
  /(^| )(written off|write off|writeoff|charged off|charge off)( |$)/,
  /(^| )(ultimate|final) .*(cost|amount|loss)( |$)/,
  /(^| )(rejection|denial) reason( |$)/,
]

/** What a column's name says about it. */
export interface NameHints {
  readonly sensitive: boolean
  readonly identifier: boolean
  readonly place: boolean
  /** Whether it says "code" or "number", and not of what a claim, a customer or the like is known by. */
  readonly code: boolean
  /** Whether it says that the column is filled in after the outcome. */
  readonly later: boolean
}

/** Reads a column's name. @param label name of the label: a column whose name goes on from it is known later */
export function nameHints(name: string, label: string): NameHints {
  const text = columnWords(name).join(' ')
  const labelText = columnWords(label).join(' ')
  const continues = labelText.length >= 4 && name !== label && text.startsWith(`${labelText} `)
  return {
    sensitive: sensitive.test(text),
    identifier: identifier.test(text) || leadingId.test(name),
    place: place.test(text),
    code: code.test(text) && !owned.test(text) && !strictIdentifier.test(text) && !leadingId.test(name),
    later: continues || later.some((pattern) => pattern.test(text)),
  }
}
