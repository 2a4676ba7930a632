import { z } from 'zod'

/** What is approved: a promotion, a promotion that passes over failing gates, or a weaker policy. */
export type ApprovalKind = 'approval' | 'override' | 'policy'

/** What an approver signs. */
export interface ApprovalStatement {
  readonly format_version: 1
  readonly kind: ApprovalKind
  readonly model: string
  /** Null where a policy is approved. */
  readonly version: string | null
  /** Null where a policy is approved. */
  readonly manifest_sha256: string | null
  /** SHA-256 of the canonical JSON of the approved policy; null where a version is approved. */
  readonly policy_sha256: string | null
  /** Name under which the approver's key is enrolled. */
  readonly approver: string
  /** SHA-256 of the approver's public key. */
  readonly key_id: string
  readonly reason: string
  readonly signed_at: string
  /** Null where it does not expire by itself. */
  readonly expires_at: string | null
  /** The last line of the model's history that the approver saw. */
  readonly seen: { readonly position: number; readonly sha256: string }
}

/** An approval as it stands in a history. */
export interface ApprovalDetails {
  readonly statement: ApprovalStatement
  /** Ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string
}

/** Schema of `details` of an approval. Nothing may be added to what was signed, so a key that is not known is no older line. */
export const approvalDetailsSchema: z.ZodType<ApprovalDetails> = z.object({
  statement: z.strictObject({
    format_version: z.literal(1),
    kind: z.enum(['approval', 'override', 'policy']),
    model: z.string(),
    version: z.string().nullable(),
    manifest_sha256: z.string().nullable(),
    policy_sha256: z.string().nullable(),
    approver: z.string(),
    key_id: z.string(),
    reason: z.string(),
    signed_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    seen: z.strictObject({ position: z.int(), sha256: z.string() }),
  }),
  signature: z.string(),
})
