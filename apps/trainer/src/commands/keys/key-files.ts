import { rm, stat } from 'node:fs/promises'
import { writeNewFile } from '@claims/contracts/files'
import {
  parsePublicKey,
  parseSigningKey,
  type KeyPairText,
  type PublicKey,
  type SigningKey,
} from '@claims/registry'
import type { Output } from '../../output.ts'
import { readText } from '../../policy-file.ts'

/** Where the public key lies that belongs to a private one. */
export function publicKeyPath(path: string): string {
  return `${path}.pub`
}

/**
 * Writes a key to a file that only its owner may read, and the public key beside it.
 *
 * @throws ClaimsError `already_exists` where one of the two is there; `unreadable_file`
 */
export async function writeKeyFiles(path: string, { privateKey, publicKey }: KeyPairText): Promise<void> {
  await writeNewFile(publicKeyPath(path), publicKey, { mode: 0o644, field: 'out' })
  try {
    await writeNewFile(path, privateKey, { mode: 0o600, field: 'out' })
  } catch (error) {
    await rm(publicKeyPath(path), { force: true })
    throw error
  }
}

/** The private key in a file; a note where others may read it, too. @throws ClaimsError */
export async function readSigningKey(path: string, output: Pick<Output, 'note'>): Promise<SigningKey> {
  const key = parseSigningKey(await readText(path), path)
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    output.note(
      `warning: ${path} may be read by others than its owner; whoever reads it can sign as this person`,
    )
  return key
}

/** The public key in a file. @throws ClaimsError */
export async function readPublicKey(path: string): Promise<PublicKey> {
  return parsePublicKey(await readText(path), path)
}
