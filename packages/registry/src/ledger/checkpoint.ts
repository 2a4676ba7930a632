import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { canonicalJson, ClaimsError, fieldProblems, requireKnownFormat } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'
import { z } from 'zod'

/** A document that says where each sequence of a ledger ended, signed. */
export interface SignedCheckpoint {
  readonly format_version: 1
  /** So that what was signed for something else is no checkpoint. */
  readonly kind: 'claims-ledger-checkpoint'
  readonly created_at: string
  /** SHA-256 of the checkpoint before; 64 zeros for the first. */
  readonly previous_sha256: string
  /** Where each sequence ended, in code-unit order of their names. */
  readonly entries: readonly CheckpointEntry[]
  /** SubjectPublicKeyInfo (DER) in base64. */
  readonly public_key: string
  /** Ed25519 over the canonical JSON of everything else, in base64. */
  readonly signature: string
}

/** Where a sequence ended. */
interface CheckpointEntry {
  readonly name: string
  /** Of its last entry. */
  readonly position: number
  /** Of its last entry. */
  readonly sha256: string
}

const hash: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/)

const signedCheckpointSchema: z.ZodType<SignedCheckpoint> = z.strictObject({
  format_version: z.literal(1),
  kind: z.literal('claims-ledger-checkpoint'),
  created_at: z.iso.datetime(),
  previous_sha256: hash,
  entries: z.array(z.strictObject({ name: z.string(), position: z.int().min(1), sha256: hash })),
  public_key: z.base64(),
  signature: z.base64(),
})

/** What is signed. */
export type CheckpointFacts = Pick<SignedCheckpoint, 'created_at' | 'previous_sha256' | 'entries'>

/**
 * Signs a checkpoint.
 *
 * @param facts what it says
 * @param privateKey Ed25519
 */
export function signCheckpoint(facts: CheckpointFacts, privateKey: KeyObject): SignedCheckpoint {
  const unsigned = {
    format_version: 1,
    kind: 'claims-ledger-checkpoint',
    ...facts,
    public_key: publicKeyText(createPublicKey(privateKey)),
  } as const
  return { ...unsigned, signature: sign(null, bytesOf(unsigned), privateKey).toString('base64') }
}

/** The file of a checkpoint. */
export function checkpointText(checkpoint: SignedCheckpoint): string {
  return canonicalJson(checkpoint)
}

/** SHA-256 of a checkpoint, which the next one and `_system` name. */
export function checkpointSha256(checkpoint: SignedCheckpoint): string {
  return sha256(checkpointText(checkpoint))
}

/** A public key as a checkpoint names it. */
export function publicKeyText(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

/**
 * Reads a checkpoint and checks its signature; no ledger is needed for it.
 *
 * @param text of the file
 * @param publicKey of whoever is trusted to sign; the key that the document names is not believed
 * @throws ClaimsError `invalid_checkpoint` where it is none, was changed, or another key signed it;
 *   `unsupported_format_version`
 */
export function openCheckpoint(text: string, publicKey: KeyObject): SignedCheckpoint {
  const { signature, ...unsigned } = parseCheckpoint(text)
  if (unsigned.public_key !== publicKeyText(publicKey))
    throw invalid('public_key', 'is another key than the one that is trusted')
  if (!verify(null, bytesOf(unsigned), publicKey, Buffer.from(signature, 'base64')))
    throw invalid('signature', 'does not hold: the checkpoint was changed')
  return { ...unsigned, signature }
}

function parseCheckpoint(text: string): SignedCheckpoint {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('file', 'is no JSON document')
  }
  requireKnownFormat(signedCheckpointSchema, value, 'checkpoint')
  const { data, error } = signedCheckpointSchema.safeParse(value)
  if (data !== undefined) return data
  throw new ClaimsError('invalid_checkpoint', 'The file is no checkpoint of a ledger', {
    problems: fieldProblems(error),
  })
}

function bytesOf(unsigned: Omit<SignedCheckpoint, 'signature'>): Buffer {
  return Buffer.from(canonicalJson(unsigned), 'utf8')
}

function invalid(field: string, problem: string): ClaimsError {
  return new ClaimsError('invalid_checkpoint', `The checkpoint is not valid: its ${field} ${problem}`, {
    problems: [
      { field, problem, allowed: 'a checkpoint as the product wrote it, under the key that is named' },
    ],
  })
}
