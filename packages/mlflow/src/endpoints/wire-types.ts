import { z } from 'zod'

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

/** A metric's value in a request. */
const givenValue = z.custom<number>((given) => typeof given === 'number', 'must be a number')
/** A step in a request. */
export const givenStep = z.union([z.int(), z.bigint()])
/** A time in a request, milliseconds since 1970. */
export const givenTime = z.int()
/** A name in a request. */
export const name = z.string().min(1, 'must not be empty')

const keyValue = z.object({ key: z.string(), value: z.string().default('') })
export const givenKeyValue = z.strictObject({ key: name, value: z.string() })
const key = name.max(250, 'must have at most 250 characters')
/** The server would cut a longer value off without a word. */
const paramValue = z.string().max(6000, 'must have at most 6,000 characters')
/** As {@link paramValue}. */
const tagValue = z.string().max(8000, 'must have at most 8,000 characters')
export const givenParam = z.strictObject({ key, value: paramValue })
export const givenTag = z.strictObject({ key, value: tagValue })
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
  key,
  value: givenValue,
  timestamp: givenTime,
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
