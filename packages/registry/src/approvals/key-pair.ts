import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { ClaimsError } from '@claims/contracts'
import { sha256 } from '@claims/contracts/files'

/** An approver's key as text: PKCS #8 and SubjectPublicKeyInfo, both PEM. */
export interface KeyPairText {
  readonly privateKey: string
  readonly publicKey: string
}

/** A public key as ledgers name it. */
export interface PublicKey {
  readonly key: KeyObject
  /** SHA-256 of its SubjectPublicKeyInfo (DER), lower-case hexadecimal. */
  readonly keyId: string
  /** SubjectPublicKeyInfo (DER), base64. */
  readonly base64: string
}

/** A private key and the public one that belongs to it. */
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject
}

/** Makes an ed25519 key for an approver. */
export function newKeyPair(): KeyPairText {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  })
  return { privateKey, publicKey }
}

/**
 * The private key in a text of `newKeyPair`.
 *
 * @param pem PKCS #8
 * @param place where it is from, for the error
 * @throws ClaimsError `invalid_parameter` where it is no ed25519 private key
 */
export function parseSigningKey(pem: string, place: string): SigningKey {
  const privateKey = parsed(() => createPrivateKey(pem), place, 'private key')
  return { ...publicKeyOf(createPublicKey(privateKey)), privateKey }
}

/**
 * The public key in a text of `newKeyPair`. A private key is refused: it is not to be handed around.
 *
 * @param pem SubjectPublicKeyInfo
 * @param place where it is from, for the error
 * @throws ClaimsError `invalid_parameter` where it is no ed25519 public key
 */
export function parsePublicKey(pem: string, place: string): PublicKey {
  if (pem.includes('PRIVATE KEY')) throw noKey(place, 'public key', 'holds a private key')
  return publicKeyOf(parsed(() => createPublicKey(pem), place, 'public key'))
}

/** The public key of a ledger's line; null where the text is none. */
export function publicKeyOfBase64(base64: string): PublicKey | null {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? publicKeyOf(key) : null
  } catch {
    return null
  }
}

function publicKeyOf(key: KeyObject): PublicKey {
  const der = key.export({ format: 'der', type: 'spki' })
  return { key, keyId: sha256(der), base64: der.toString('base64') }
}

function parsed(parse: () => KeyObject, place: string, kind: string): KeyObject {
  let key: KeyObject
  try {
    key = parse()
  } catch {
    throw noKey(place, kind, 'holds no such key')
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw noKey(place, kind, `holds a key of the kind ${String(key.asymmetricKeyType)}`)
}

function noKey(place: string, kind: string, problem: string): ClaimsError {
  return new ClaimsError('invalid_parameter', `${place} is no ${kind} of an approver: it ${problem}`, {
    problems: [{ field: 'key', problem, allowed: `an ed25519 ${kind} of claims keys new` }],
  })
}
