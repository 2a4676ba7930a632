import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { ClaimsError, type SubjectKey } from '@claims/contracts'
import type { MasterKey } from './master-key.ts'

/*
 * A data key is 64 random bytes: 32 that seal (AES-256-GCM) and 32 that name (HMAC-SHA256). Sealed bytes are a random nonce
 * of 12 bytes, the ciphertext and the tag of 16. A data key is wrapped in the same way under a key that HKDF makes of the
 * master key, bound to its subject and to what that is found by, so that no wrapped key can stand in for that of another one.
 */
const [nonceBytes, tagBytes, halfBytes] = [12, 16, 32]

/** The keys of one subject. */
export interface DataKey {
  readonly seal: KeyObject
  readonly name: KeyObject
}

/** Whose key it is: what the store keeps beside it, and what it does not open without. */
export type KeyOwner = Pick<SubjectKey, 'subject' | 'kind' | 'lookup'>

/** A new data key, and it under a master key. */
export function newDataKey(master: MasterKey, owner: KeyOwner): { key: DataKey; wrapped: Uint8Array } {
  const bytes = randomBytes(2 * halfBytes)
  return { key: halves(bytes), wrapped: wrap(master, owner, bytes) }
}

/** The data key of a subject. @throws ClaimsError `damaged_record` where the key, or whose it is, was changed */
export function unwrapDataKey(master: MasterKey, owner: KeyOwner, wrapped: Uint8Array): DataKey {
  return halves(unwrap(master, owner, wrapped))
}

/** A wrapped data key under another master key. @throws ClaimsError as `unwrapDataKey` */
export function rewrapDataKey(
  from: MasterKey,
  to: MasterKey,
  { wrapped, ...owner }: KeyOwner & { readonly wrapped: Uint8Array },
): Uint8Array {
  return wrap(to, owner, unwrap(from, owner, wrapped))
}

/**
 * Encrypts and authenticates.
 *
 * @param key of 32 bytes
 * @param content what nobody else reads
 * @param bound what is in the clear and may not be changed either
 */
export function seal(key: KeyObject, content: Uint8Array, bound: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** What `seal` encrypted; null where anything of it, or of what it is bound to, is not what it was. */
export function unseal(key: KeyObject, sealed: Uint8Array, bound: string): Uint8Array | null {
  if (sealed.byteLength < nonceBytes + tagBytes) return null
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-tagBytes))
  const content = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
  try {
    return Buffer.concat([content, decipher.final()])
  } catch {
    return null
  }
}

/** A keyed hash. @param meaning what is hashed, so that two kinds never agree */
export function keyedHash(key: KeyObject, meaning: string, ...texts: readonly string[]): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([meaning, ...texts]))
    .digest('hex')
}

function halves(bytes: Uint8Array): DataKey {
  return {
    seal: createSecretKey(bytes.subarray(0, halfBytes)),
    name: createSecretKey(bytes.subarray(halfBytes)),
  }
}

function wrap(master: MasterKey, owner: KeyOwner, bytes: Uint8Array): Uint8Array {
  return seal(master.wrapping, bytes, boundTo(owner))
}

function unwrap(master: MasterKey, owner: KeyOwner, wrapped: Uint8Array): Uint8Array {
  const bytes = unseal(master.wrapping, wrapped, boundTo(owner))
  if (bytes?.byteLength === 2 * halfBytes) return bytes
  const problem = 'does not open: its row of subject_keys was changed, or is that of somebody else'
  throw new ClaimsError('damaged_record', `The key of subject ${owner.subject} ${problem}`, {
    problems: [{ field: 'subject_keys', problem, allowed: 'the row as it was written, such as in a backup' }],
  })
}

function boundTo({ subject, kind, lookup }: KeyOwner): string {
  return `claims data key 2 ${JSON.stringify([subject, kind, lookup])}`
}
