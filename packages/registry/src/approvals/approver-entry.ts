import { z } from 'zod'
import type { ActorSource } from '../history/history-entry.ts'

/** What is signed when a key is enrolled or revoked. */
export interface EnrollmentStatement {
  readonly format_version: 1
  readonly kind: 'enroll' | 'revoke'
  /** Whose key it is. */
  readonly name: string
  readonly key_id: string
  /** SubjectPublicKeyInfo (DER), base64. */
  readonly public_key: string
  /** Key of the person who signs; null for the first one of all, which is trusted on first use. */
  readonly signer_key_id: string | null
  readonly reason: string
  readonly signed_at: string
  /** The line that it follows, so that nobody appends it a second time. */
  readonly seen: { readonly position: number; readonly sha256: string }
}

/** One line of the ledger of approvers. */
export interface ApproverEntry {
  readonly time: string
  readonly actor: string
  readonly actor_source?: ActorSource | undefined
  readonly statement: EnrollmentStatement
  /** Ed25519 over the canonical JSON of the statement, base64; null for the first one of all. */
  readonly signature: string | null
  readonly previous_sha256: string
}

/** Schema of a line of the ledger of approvers. */
export const approverEntrySchema: z.ZodType<ApproverEntry> = z.object({
  time: z.iso.datetime(),
  actor: z.string(),
  actor_source: z.enum(['operating_system', 'stated']).exactOptional(),
  statement: z.strictObject({
    format_version: z.literal(1),
    kind: z.enum(['enroll', 'revoke']),
    name: z.string(),
    key_id: z.string(),
    public_key: z.string(),
    signer_key_id: z.string().nullable(),
    reason: z.string(),
    signed_at: z.iso.datetime(),
    seen: z.strictObject({ position: z.int(), sha256: z.string() }),
  }),
  signature: z.string().nullable(),
  previous_sha256: z.string(),
})
