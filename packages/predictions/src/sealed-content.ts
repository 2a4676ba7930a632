import { deflateRawSync, inflateRawSync } from 'node:zlib'
import {
  ClaimsError,
  findingSchema,
  riskFactorSchema,
  rowWarningSchema,
  type Finding,
  type LoggedPrediction,
  type RiskFactor,
  type RowWarning,
} from '@claims/contracts'
import { z } from 'zod'
import { recordedInputSchema, type RecordedInput } from './recorded-input.ts'
import { exactJson, parseExactJson } from './sealing/exact-json.ts'
import { seal, unseal, type DataKey } from './sealing/data-key.ts'

/** What is wrong with a rejected row. */
export interface RecordedError {
  readonly message: string
  readonly problems: readonly {
    readonly field: string
    readonly problem: string
    readonly allowed?: string | undefined
    readonly received?: string | number | boolean | null | undefined
  }[]
}

/** What of a prediction is personal, and sealed. */
export interface SealedContent {
  readonly format_version: 1
  readonly claim_id: string | null
  /** Whom the row is about: kind and value of the id; null where it has none. */
  readonly subject: { readonly kind: string; readonly id: string } | null
  readonly input: RecordedInput
  /** What reading the row found; `row` is 0, or null for what was wrong with the whole file. */
  readonly findings: readonly Finding[]
  /** Of the scored row; absent where it was rejected. */
  readonly features_sha256?: string | undefined
  readonly risk_factors: readonly RiskFactor[]
  readonly warnings: readonly RowWarning[]
  /** Of the rejected row. */
  readonly error?: RecordedError | undefined
}

const anyNumber = z.custom<number>((value) => typeof value === 'number')

const schema: z.ZodType<SealedContent> = z.object({
  format_version: z.literal(1),
  claim_id: z.string().nullable(),
  subject: z.object({ kind: z.string(), id: z.string() }).nullable(),
  input: recordedInputSchema,
  findings: z.array(findingSchema.extend({ value: z.union([z.string(), anyNumber, z.boolean(), z.null()]) })),
  features_sha256: z.string().optional(),
  risk_factors: z.array(
    riskFactorSchema.extend({
      value: z.union([z.string(), anyNumber, z.boolean(), z.null()]),
      contribution: anyNumber,
    }),
  ),
  warnings: z.array(rowWarningSchema),
  error: z
    .object({
      message: z.string(),
      problems: z.array(
        z.object({
          field: z.string(),
          problem: z.string(),
          allowed: z.string().optional(),
          received: z.union([z.string(), anyNumber, z.boolean(), z.null()]).optional(),
        }),
      ),
    })
    .optional(),
})

/** The content as text, exactly. */
export function contentText(content: SealedContent): string {
  return exactJson(content)
}

/**
 * Compresses a content and seals it to the record that it belongs to.
 *
 * @param text of the content
 * @param clear the record as it is written, without its sealed part
 * @returns base64
 */
export function sealContent(key: DataKey, text: string, clear: object): string {
  const bytes = deflateRawSync(text, { level: 1 })
  return Buffer.from(seal(key.seal, bytes, JSON.stringify(clear))).toString('base64')
}

/**
 * Opens the sealed part of a record.
 *
 * @throws ClaimsError `damaged_record` where it, or anything in the clear that it is bound to, was changed, or was sealed for
 *   another subject; `unsupported_format_version`
 */
export function openContent(key: DataKey, { record, written }: LoggedPrediction): SealedContent {
  const bytes = unseal(key.seal, Buffer.from(record.sealed, 'base64'), JSON.stringify(written))
  if (bytes === null) throw damaged(record.id, 'does not open: it, or the record around it, was changed')
  const value = parseExactJson(inflateRawSync(bytes).toString('utf8'))
  if (
    typeof value === 'object' &&
    value !== null &&
    'format_version' in value &&
    Number(value.format_version) > 1
  )
    throw new ClaimsError(
      'unsupported_format_version',
      `The sealed part of prediction ${record.id} is of a newer product`,
    )
  const { data, error } = schema.safeParse(value)
  if (data === undefined)
    throw damaged(record.id, `lacks ${error.issues[0]?.path.join('.') ?? 'its content'}`)
  return data
}

function damaged(id: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_record', `The sealed part of prediction ${id} ${problem}`, {
    problems: [{ field: 'sealed', problem, allowed: 'the record as it was written' }],
  })
}
