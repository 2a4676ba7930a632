import { ClaimsError } from '@claims/contracts'
import {
  categoryColumn,
  createRandom,
  Frame,
  numberColumn,
  textColumn,
  timestampColumn,
  type Random,
} from '@claims/frame'
import { claimProbability, type ClaimFacts } from './claim-risk.ts'
import { documents, lines, newPlace, phrases, places, type Place } from './claim-vocabulary.ts'

/** How a later world differs from the usual one. */
export const claimDrifts = ['amount_inflation', 'new_region', 'fraud_ring'] as const
/** How a later world differs from the usual one. */
export type ClaimDrift = (typeof claimDrifts)[number]

/** What to generate. */
export interface GenerateClaimsOptions {
  /** At least 1. */
  readonly rows: number
  /** A whole number; the same seed gives the same claims. */
  readonly seed: number
  readonly drift?: ClaimDrift | undefined
}

/** Synthetic claims with what is true about them. */
export interface GeneratedClaims {
  /** Columns of the `claims` blueprint, by claim date. */
  readonly frame: Frame
  /** True probability of `is_high_risk` given the columns, length rows; no column holds it. */
  readonly probability: Float64Array
  /** 1 where `is_high_risk` is yes; drawn from `probability`. */
  readonly label: Uint8Array
}

const day = 86_400_000
const lastDay = Date.UTC(2025, 11, 31)
const firstMonth = Date.UTC(2024, 0, 1)
const monthDays = 30.4375
const newCustomerShare = 0.62

interface Policy {
  readonly id: string
  readonly line: number
  /** Epoch milliseconds, midnight UTC. */
  readonly start: number
  readonly coverage: number
}

interface Customer {
  readonly id: string
  readonly age: number
  readonly gender: string
  readonly place: Place | undefined
  readonly lapsedPolicies: number
  readonly policies: Policy[]
  previousClaims: number
}

interface Claim extends ClaimFacts {
  readonly customer: Customer
  readonly policy: Policy
  readonly date: number
  readonly description: string | null
}

/**
 * Seeded synthetic claims of the `claims` blueprint over the 24 months that end on 2025-12-31.
 *
 * Amounts are log-normal by line of insurance, dates follow seasons, customers come back (age, gender and place stay,
 * earlier claims add up). The label is drawn from a known logistic probability (`claimProbability`), so the AUC of
 * `probability` against `label`, about 0.96, is the best that any model can reach. About 17 % of claims are positive.
 *
 * Drifts: `amount_inflation` raises amounts by 35 % under unchanged covers (inputs shift, the concept stays);
 * `new_region` brings a quarter of new customers from a place not seen before, with its own risk; `fraud_ring` makes 6 %
 * of claims small, well documented and described alike, of young policies, and nearly all high-risk (the concept
 * changes).
 *
 * @throws ClaimsError `invalid_parameter`
 * @example
 * const { frame, probability, label } = generateClaims({ rows: 20_000, seed: 42 })
 */
export function generateClaims(options: GenerateClaimsOptions): GeneratedClaims {
  checkOptions(options)
  const { rows, drift } = options
  const random = createRandom(options.seed).split('claims')
  const dates = claimDates(rows, random.split('dates'))
  const people = new Population(random, drift)
  const draw = random.split('claims')
  const claims = dates.map((date) => drawClaim({ date, people, draw, drift }))
  const probability = Float64Array.from(claims, claimProbability)
  const outcome = random.split('labels')
  const label = Uint8Array.from(probability, (p) => (outcome.next() < p ? 1 : 0))
  return { frame: frameOf(claims, label), probability, label }
}

function checkOptions({ rows, drift }: GenerateClaimsOptions): void {
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ClaimsError(
      'invalid_parameter',
      `rows must be a whole number of at least 1; got ${String(rows)}`,
      {
        problems: [
          { field: 'rows', problem: 'is no count', allowed: 'a whole number of at least 1', received: rows },
        ],
      },
    )
  }
  if (drift !== undefined && !claimDrifts.includes(drift)) {
    throw new ClaimsError('invalid_parameter', `drift "${drift}" is not known`, {
      problems: [
        { field: 'drift', problem: 'is not known', allowed: claimDrifts.join(', '), received: drift },
      ],
    })
  }
}

/** Dates in order; more in the months in which all lines together have more claims. */
function claimDates(rows: number, random: Random): number[] {
  const days = Math.round((lastDay - firstMonth) / day) + 1
  const weights = Float64Array.from({ length: days }, (_, i) => {
    const month = new Date(firstMonth + i * day).getUTCMonth()
    return lines.reduce((sum, line) => sum + line.share * line.seasons[month]!, 0)
  })
  const cumulative = cumulate(weights)
  return Array.from({ length: rows }, () => firstMonth + pick(cumulative, random) * day).sort((a, b) => a - b)
}

/** Customers as they appear. */
class Population {
  readonly #customers: Customer[] = []
  readonly #random: Random
  readonly #places: readonly Place[]
  readonly #placeShares: Float64Array
  #policies = 0

  constructor(random: Random, drift: ClaimDrift | undefined) {
    this.#random = random.split('customers')
    this.#places = drift === 'new_region' ? [...places, newPlace] : places
    const usual = drift === 'new_region' ? 1 - newPlace.share : 1
    this.#placeShares = cumulate(
      Float64Array.from(this.#places, (place) => (place === newPlace ? newPlace.share : place.share * usual)),
    )
  }

  /** A customer who claims on a date: a new one, or one who claimed before. */
  claimant(date: number, options: { ring: boolean }): { customer: Customer; policy: Policy } {
    const random = this.#random
    const known = this.#customers.length
    if (known === 0 || options.ring || random.next() < newCustomerShare) {
      const customer = this.#newCustomer()
      const policy = this.#newPolicy(date, options.ring ? { line: 0, days: 60 + random.integer(60) } : {})
      customer.policies.push(policy)
      this.#customers.push(customer)
      return { customer, policy }
    }
    const customer = this.#customers[random.integer(known)]!
    if (random.next() < 0.15) customer.policies.push(this.#newPolicy(date, {}))
    const policy = customer.policies[random.integer(customer.policies.length)]!
    return { customer, policy }
  }

  #newCustomer(): Customer {
    const random = this.#random
    const age = Math.round(Math.min(Math.max(47 + 16 * random.normal(), 18), 95))
    const gender = random.next()
    const place = this.#places[pick(this.#placeShares, random)]
    return {
      id: `CUS-${String(this.#customers.length + 1).padStart(7, '0')}`,
      age: random.next() < 0.01 ? NaN : age,
      gender: gender < 0.49 ? 'female' : gender < 0.98 ? 'male' : 'other',
      place: random.next() < 0.03 ? undefined : place,
      lapsedPolicies: poisson(0.3, random),
      policies: [],
      previousClaims: poisson(0.5, random),
    }
  }

  #newPolicy(date: number, fixed: { line?: number; days?: number }): Policy {
    const random = this.#random
    const month = new Date(date).getUTCMonth()
    const shares = cumulate(Float64Array.from(lines, (line) => line.share * line.seasons[month]!))
    const line = fixed.line ?? pick(shares, random)
    const age = random.next() < 0.12 ? random.integer(60) : Math.floor(Math.exp(6.8 + 0.9 * random.normal()))
    const coverages = lines[line]!.coverages
    this.#policies++
    return {
      id: `POL-${String(this.#policies).padStart(7, '0')}`,
      line,
      start: date - Math.min(fixed.days ?? age, 11_000) * day,
      coverage: coverages[random.integer(coverages.length)]!,
    }
  }
}

function drawClaim({
  date,
  people,
  draw,
  drift,
}: {
  date: number
  people: Population
  draw: Random
  drift: ClaimDrift | undefined
}): Claim {
  const ring = drift === 'fraud_ring' && draw.next() < 0.06
  const { customer, policy } = people.claimant(date, { ring })
  const days = Math.round((date - policy.start) / day)
  const phraseBits = ring ? 0b011000000 : bits(phrases, draw)
  const description = ring || draw.next() >= 0.02 ? describe(policy.line, phraseBits, { draw, ring }) : null
  const claim: Claim = {
    customer,
    policy,
    date,
    description,
    line: policy.line,
    amount: claimAmount(policy, { draw, drift, ring }),
    coverage: policy.coverage,
    month: new Date(date).getUTCMonth(),
    age: customer.age,
    days,
    months: Math.floor(days / monthDays),
    previousClaims: customer.previousClaims,
    lapsedPolicies: customer.lapsedPolicies,
    documentBits: ring ? 0b1111 : bits(documents, draw),
    phraseBits: description === null ? 0 : phraseBits,
    placeEffect: customer.place?.effect ?? 0,
    ring,
  }
  customer.previousClaims++
  return claim
}

function claimAmount(
  policy: Policy,
  { draw, drift, ring }: { draw: Random; drift: ClaimDrift | undefined; ring: boolean },
): number {
  const line = lines[policy.line]!
  const ordinary = line.medianAmount * Math.exp(line.amountSpread * draw.normal())
  const large = draw.next() < 0.12 ? policy.coverage * (0.4 + 0.6 * draw.next()) : 0
  const inflated = Math.max(ordinary, large) * (drift === 'amount_inflation' ? 1.35 : 1)
  const amount = ring ? 2000 + 2000 * draw.next() : inflated
  return Math.round(Math.min(Math.max(amount, 50), policy.coverage * 1.2, 1_000_000) * 100) / 100
}

function describe(line: number, phraseBits: number, { draw, ring }: { draw: Random; ring: boolean }): string {
  const { subjects, events } = lines[line]!
  const subject = subjects[draw.integer(subjects.length)]!
  const event = events[draw.integer(events.length)]!
  const told = phrases.filter((_, i) => (phraseBits & (1 << i)) !== 0).map((phrase) => phrase.text)
  return [ring ? 'Neck pain after a light rear impact' : `The ${subject} ${event}`, ...told].join(', ')
}

function frameOf(claims: readonly Claim[], label: Uint8Array): Frame {
  const number = (of: (claim: Claim) => number): Float64Array => Float64Array.from(claims, of)
  const line = categoryColumn(claims.map((claim) => lines[claim.line]!.name))
  return Frame.fromColumns({
    claim_id: textColumn(claims.map((_, i) => `CLM-${String(i + 1).padStart(7, '0')}`)),
    customer_id: textColumn(claims.map((claim) => claim.customer.id)),
    policy_id: textColumn(claims.map((claim) => claim.policy.id)),
    claim_amount: numberColumn(number((claim) => claim.amount)),
    claim_type: line,
    claim_date: timestampColumn(number((claim) => claim.date)),
    customer_age: numberColumn(number((claim) => claim.age)),
    policy_duration: numberColumn(number((claim) => claim.months)),
    previous_claims: numberColumn(number((claim) => claim.previousClaims)),
    claim_description: textColumn(claims.map((claim) => claim.description)),
    location: categoryColumn(claims.map((claim) => claim.customer.place?.name ?? null)),
    supporting_documents: textColumn(claims.map(documentNames)),
    policy_start_date: timestampColumn(number((claim) => claim.policy.start)),
    policy_coverage: numberColumn(number((claim) => claim.coverage)),
    policy_type: line,
    lapsed_policies: numberColumn(number((claim) => claim.lapsedPolicies)),
    customer_gender: categoryColumn(claims.map((claim) => claim.customer.gender)),
    is_high_risk: categoryColumn(Array.from(label, (value) => (value === 1 ? 'yes' : 'no'))),
  })
}

function documentNames(claim: Claim): string | null {
  const names = documents
    .filter((_, i) => (claim.documentBits & (1 << i)) !== 0)
    .map((document) => document.name)
  return names.length === 0 ? null : names.join(';')
}

/** A set of things, each there with its own share, as bits. */
function bits(things: readonly { readonly share: number }[], random: Random): number {
  let set = 0
  for (let i = 0; i < things.length; i++) if (random.next() < things[i]!.share) set |= 1 << i
  return set
}

function cumulate(weights: Float64Array): Float64Array {
  let sum = 0
  return weights.map((weight) => (sum += weight))
}

function pick(cumulative: Float64Array, random: Random): number {
  const wanted = random.next() * cumulative[cumulative.length - 1]!
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return low
}

/** Knuth's method; for small means. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean)
  let count = 0
  let product = random.next()
  while (product > limit) {
    count++
    product *= random.next()
  }
  return count
}
