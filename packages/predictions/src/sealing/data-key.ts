import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { ClaimsError } from '@claims/contracts'
import type { MasterKey } from './master-key.ts'

/*
 * A data key is 64 random bytes: 32 that seal (AES-256-GCM) and 32 that name (HMAC-SHA256). Sealed bytes are a random nonce
 * of 12 bytes, the ciphertext and the tag of 16. A data key is wrapped in the same way under a key that HKDF makes of the
 * master key, bound to its subject, so that no wrapped key can stand in for that of another one.
 */
const [nonceBytes, tagBytes, halfBytes] = [12, 16, 32]

/** The keys of one subject. */
export interface DataKey {
  readonly seal: KeyObject
  readonly name: KeyObject
}

/** A new data key, and it under a master key. */
export function newDataKey(master: MasterKey, subject: string): { key: DataKey; wrapped: Uint8Array } {
  const bytes = randomBytes(2 * halfBytes)
  return { key: halves(bytes), wrapped: wrap(master, subject, bytes) }
}

/** The data key of a subject. @throws ClaimsError `wrong_master_key` where the master key is another one, or the bytes were changed */
export function unwrapDataKey(master: MasterKey, subject: string, wrapped: Uint8Array): DataKey {
  return halves(unwrap(master, subject, wrapped))
}

/** A wrapped data key under another master key. */
export function rewrapDataKey(from: MasterKey, to: MasterKey, { subject, wrapped }: WrappedKey): Uint8Array {
  return wrap(to, subject, unwrap(from, subject, wrapped))
}

interface WrappedKey {
  readonly subject: string
  readonly wrapped: Uint8Array
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

function wrap(master: MasterKey, subject: string, bytes: Uint8Array): Uint8Array {
  return seal(master.wrapping, bytes, boundTo(subject))
}

function unwrap(master: MasterKey, subject: string, wrapped: Uint8Array): Uint8Array {
  const bytes = unseal(master.wrapping, wrapped, boundTo(subject))
  if (bytes?.byteLength === 2 * halfBytes) return bytes
  const problem = 'does not open the key of a subject'
  throw new ClaimsError('wrong_master_key', `The master key ${problem}`, {
    problems: [{ field: 'subject_keys', problem, allowed: 'the key that it was wrapped under, unchanged' }],
  })
}

function boundTo(subject: string): string {
  return `claims data key 1 ${subject}`
}
