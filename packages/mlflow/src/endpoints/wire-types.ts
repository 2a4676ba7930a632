import { z } from 'zod'
import {
  endTimeProblem,
  keyProblem,
  lengthProblem,
  metricValueProblem,
  stepProblem,
  timeProblem,
  timestampProblem,
  type Problem,
} from './given-problems.ts'

const unsafe = 'is an integer that a number cannot hold'

/** A 64-bit integer that is a time or a size: a safe whole number. */
export const whole = z
  .union([z.int(), z.bigint(), z.string().regex(/^-?\d+$/)])
  .transform((value, context) => {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    context.addIssue({ code: 'custom', message: unsafe })
    return z.NEVER
  })

/** A step: a whole number, as a bigint where a number cannot hold it. */
export const step = z.union([z.int(), z.bigint(), z.string().regex(/^-?\d+$/)]).transform((value) => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : BigInt(value)
})
const notNumbers: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity }

/** A metric's value; not-a-number and the infinities travel as texts. */
const value = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((text) => notNumbers[text] ?? NaN),
  z.bigint().transform(Number),
])

/** A text in a request that a rule is about. */
export const ruled = (problem: Problem<string>) =>
  z.string().superRefine((text, context) => {
    const message = problem(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
const ruledAs = <T>(problem: Problem<unknown>) =>
  z.custom<T>((given) => problem(given) === undefined, { error: ({ input }) => problem(input) })

/** A metric's value in a request. */
const givenValue = ruledAs<number>(metricValueProblem)
/** A step in a request. */
export const givenStep = ruledAs<number | bigint>(stepProblem)
/** A time in a request, milliseconds since 1970. */
export const givenTime = ruledAs<number>(timeProblem)
/** When a run ended. */
export const givenEndTime = ruledAs<number>(endTimeProblem)
/** A name in a request. */
export const name = z.string().min(1, 'must not be empty')
/** A text of at most so many characters in a request. */
export const atMost = (most: number) => ruled(lengthProblem(most))

const keyValue = z.object({ key: z.string(), value: z.string().default('') })
/** A key of a metric, param or tag. */
export const givenKey = ruled(keyProblem)
/** Servers would cut a longer value of a param or a tag of a run off without a word. */
export const givenParam = z.strictObject({ key: givenKey, value: atMost(6000) })
export const givenTag = z.strictObject({ key: givenKey, value: atMost(8000) })
export const keyValues = z.array(keyValue).default([])

export const metric = z.object({
  key: z.string(),
  value,
  timestamp: whole.optional(),
  step: step.default(0),
  modelId: z.string().optional(),
  datasetName: z.string().optional(),
  datasetDigest: z.string().optional(),
  runId: z.string().optional(),
})
export const givenMetric = z.strictObject({
  key: givenKey,
  value: givenValue,
  timestamp: ruledAs<number>(timestampProblem),
  step: givenStep.optional(),
  modelId: z.string().optional(),
  datasetName: z.string().optional(),
  datasetDigest: z.string().optional(),
})

export const viewType = z.enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'])
export const pageToken = z.string().optional()
/** Which page, and how much of it. */
export const page = { maxResults: z.int().min(1).optional(), pageToken }
/** What a search may say. */
export const search = { filter: z.string().optional(), orderBy: z.array(z.string()).optional(), ...page }

/** An answer that says nothing. */
export const nothing = z.looseObject({}).transform((): void => undefined)
/** A page of an answer. */
export const paged = <T extends z.ZodType>(items: z.ZodArray<T>, key: string) =>
  z
    .looseObject({ nextPageToken: z.string().optional() })
    .transform((answer, context): { items: z.output<T>[]; nextPageToken?: string | undefined } => {
      const parsed = items.safeParse(answer[key] ?? [])
      if (parsed.success)
        return { items: parsed.data, ...(answer.nextPageToken && { nextPageToken: answer.nextPageToken }) }
      for (const issue of parsed.error.issues)
        context.addIssue({ code: 'custom', message: issue.message, path: [key, ...issue.path] })
      return z.NEVER
    })
