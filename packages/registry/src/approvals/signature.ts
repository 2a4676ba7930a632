import { sign, verify } from 'node:crypto'
import { canonicalJson } from '@claims/contracts'
import type { PublicKey, SigningKey } from './key-pair.ts'

/** Signs what a person says: ed25519 over its canonical JSON as UTF-8, base64. */
export function signStatement(statement: object, { privateKey }: SigningKey): string {
  return sign(null, Buffer.from(canonicalJson(statement)), privateKey).toString('base64')
}

/** Whether a signature of `signStatement` is of this statement and this key. */
export function isSignedBy(statement: object, signature: string, { key }: PublicKey): boolean {
  return verify(null, Buffer.from(canonicalJson(statement)), key, Buffer.from(signature, 'base64'))
}
