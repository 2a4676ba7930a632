import { open, rm, stat } from 'node:fs/promises'
import { ClaimsError } from '@claims/contracts'
import { isSystemError, systemCode } from '@claims/contracts/files'
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
  await writeNew(publicKeyPath(path), publicKey, 0o644)
  try {
    await writeNew(path, privateKey, 0o600)
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

async function writeNew(path: string, content: string, mode: number): Promise<void> {
  try {
    const handle = await open(path, 'wx', mode)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const exists = isSystemError(error, 'EEXIST')
    const problem = exists ? 'exists already' : `cannot be written (${systemCode(error)})`
    throw new ClaimsError(exists ? 'already_exists' : 'unreadable_file', `${path} ${problem}`, {
      problems: [{ field: 'out', problem, allowed: 'a name that is free' }],
    })
  }
}
