import type { Manifest } from '@claims/contracts'
import { z } from 'zod'
import { evidenceDetailsSchema, type EvidenceDetails } from './evidence-details.ts'

/** What a registration says of its bundle, so that a list of versions opens none; the manifest stays the source. */
export interface RegistrationDetails {
  readonly model: Manifest['model']
  readonly headline: Manifest['headline']
  /** Rows that were trained and tested on. */
  readonly rows: number
  readonly data_sha256: string
  /** When the bundle was written. */
  readonly created_at: string
  readonly blueprint: { readonly name: string; readonly version: number }
  readonly feature_count: number
  /** Bytes of the files that the manifest lists. */
  readonly bundle_bytes: number
  /** What its evaluation measured; absent where the bundle holds none, and in earlier lines. */
  readonly evidence?: EvidenceDetails | undefined
}

/** Schema of `details` of a registration; lines of earlier products have none. */
export const registrationDetailsSchema: z.ZodType<RegistrationDetails | undefined> = z
  .object({
    model: z.object({ kind: z.string(), candidate: z.string() }),
    headline: z.object({
      roc_auc: z.number(),
      roc_auc_lower: z.number(),
      roc_auc_upper: z.number(),
      promotable: z.boolean(),
      reasons: z.array(z.string()).optional(),
      reason_kinds: z.array(z.string()).optional(),
    }),
    rows: z.int(),
    data_sha256: z.string(),
    created_at: z.string(),
    blueprint: z.object({ name: z.string(), version: z.int() }),
    feature_count: z.int(),
    bundle_bytes: z.int(),
    evidence: evidenceDetailsSchema.optional(),
  })
  .optional()

/** What a registration says of a bundle. */
export function registrationDetails(manifest: Manifest): RegistrationDetails {
  const { model, headline, data, blueprint, created_at, features, files } = manifest
  return {
    ...{ model, headline, rows: data.rows, data_sha256: data.sha256, created_at },
    blueprint: { name: blueprint.name, version: blueprint.version },
    feature_count: features.length,
    bundle_bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
