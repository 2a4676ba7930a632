/** A line of insurance and what its claims look like. */
export interface ClaimLine {
  readonly name: string
  /** Share of claims. */
  readonly share: number
  /** Log-normal amount: median in USD and standard deviation of the logarithm. */
  readonly medianAmount: number
  readonly amountSpread: number
  /** Covers sold, USD. */
  readonly coverages: readonly number[]
  /** Relative frequency by month, January first. */
  readonly seasons: readonly number[]
  /** What it is about and what happened to it. */
  readonly subjects: readonly string[]
  readonly events: readonly string[]
}

/** Words of a description that tell something about risk, and how much. */
export interface Phrase {
  readonly text: string
  /** Log odds. */
  readonly effect: number
  /** Share of descriptions that hold it. */
  readonly share: number
}

/** A place, its share of customers and its log odds. */
export interface Place {
  readonly name: string
  readonly share: number
  readonly effect: number
}

/** A document of a claim: the share of claims that have it and the log odds of its absence. */
export interface SupportingDocument {
  readonly name: string
  readonly share: number
  readonly missingEffect: number
}

/** Lines of insurance. */
export const lines: readonly ClaimLine[] = [
  {
    name: 'auto',
    share: 0.45,
    medianAmount: 4500,
    amountSpread: 0.85,
    coverages: [15_000, 25_000, 50_000, 100_000],
    seasons: [1.35, 1.25, 1.05, 0.9, 0.85, 0.9, 0.95, 0.95, 0.85, 0.95, 1.1, 1.4],
    subjects: ['front bumper', 'rear door', 'windscreen', 'left side', 'engine', 'whole vehicle'],
    events: [
      'was hit while parked',
      'was hit at a crossing',
      'was damaged by hail',
      'was stolen',
      'was damaged on the motorway',
    ],
  },
  {
    name: 'home',
    share: 0.22,
    medianAmount: 14_000,
    amountSpread: 0.95,
    coverages: [60_000, 150_000, 300_000, 500_000],
    seasons: [1.1, 1, 0.9, 0.8, 0.85, 1.2, 1.35, 1.3, 0.95, 0.8, 0.85, 1],
    subjects: ['kitchen', 'roof', 'cellar', 'living room', 'garage', 'jewellery'],
    events: [
      'was flooded',
      'was burnt',
      'was damaged by a storm',
      'was broken into',
      'was damaged by a burst pipe',
    ],
  },
  {
    name: 'health',
    share: 0.25,
    medianAmount: 3200,
    amountSpread: 0.95,
    coverages: [20_000, 50_000, 100_000],
    seasons: [1.25, 1.2, 1.1, 1, 0.9, 0.85, 0.8, 0.8, 0.9, 1, 1.05, 1.15],
    subjects: ['knee', 'back', 'shoulder', 'front tooth', 'heart', 'left eye'],
    events: [
      'was treated in hospital',
      'was operated on',
      'was examined',
      'was in therapy for weeks',
      'was treated abroad',
    ],
  },
  {
    name: 'life',
    share: 0.08,
    medianAmount: 60_000,
    amountSpread: 0.7,
    coverages: [100_000, 250_000, 500_000, 1_000_000],
    seasons: [1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.9, 0.9, 0.95, 1, 1.05, 1.1],
    subjects: ['insured person', 'spouse', 'policy holder'],
    events: ['died after illness', 'died in an accident', 'died abroad', 'is terminally ill'],
  },
]

/** Phrases that a description may end with; the effects add up. */
export const phrases: readonly Phrase[] = [
  { text: 'late at night', effect: 0.9, share: 0.12 },
  { text: 'no witnesses', effect: 1.1, share: 0.13 },
  { text: 'receipts lost', effect: 1.5, share: 0.08 },
  { text: 'paid in cash', effect: 1.2, share: 0.08 },
  { text: 'urgent payment requested', effect: 1.7, share: 0.06 },
  { text: 'police informed', effect: -0.9, share: 0.25 },
  { text: 'photos attached', effect: -0.7, share: 0.3 },
  { text: 'witness named', effect: -1.2, share: 0.18 },
  { text: 'repair estimate included', effect: -0.6, share: 0.22 },
]

/** Where customers live. */
export const places: readonly Place[] = [
  { name: 'northfield', share: 0.18, effect: -0.2 },
  { name: 'riverside', share: 0.15, effect: 0 },
  { name: 'hilltown', share: 0.13, effect: -0.3 },
  { name: 'port_ellen', share: 0.12, effect: 0.5 },
  { name: 'lakewood', share: 0.1, effect: -0.1 },
  { name: 'eastgate', share: 0.09, effect: 0.9 },
  { name: 'westbrook', share: 0.08, effect: 0 },
  { name: 'stonebridge', share: 0.06, effect: 0.2 },
  { name: 'fairview', share: 0.05, effect: -0.4 },
  { name: 'maple_grove', share: 0.025, effect: 0 },
  { name: 'old_harbour', share: 0.012, effect: 1.1 },
  { name: 'sandy_point', share: 0.003, effect: 0 },
]

/** The place that appears with the drift `new_region`. */
export const newPlace: Place = { name: 'greenport', share: 0.25, effect: 1.2 }

/** Documents that a claim should come with. */
export const documents: readonly SupportingDocument[] = [
  { name: 'claim_form', share: 0.96, missingEffect: 1.2 },
  { name: 'invoice', share: 0.8, missingEffect: 1.1 },
  { name: 'police_report', share: 0.55, missingEffect: 0.7 },
  { name: 'photos', share: 0.65, missingEffect: 0.5 },
]
