import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { ClaimsError } from '@claims/contracts'
import { systemCode, writeNewFile } from '@claims/contracts/files'

/**
 * Makes an Ed25519 key that signs checkpoints: the private one in a file that only its owner may read, the public one, for those
 * who check, beside it.
 *
 * @param path of the private key; the public one is at `path` with `.pub` behind it
 * @returns the private key
 * @throws ClaimsError `already_exists` where one of both is there, `unreadable_file`
 */
export async function writeNewCheckpointKey(path: string): Promise<KeyObject> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const publicPath = `${path}.pub`
  await writeNewFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, field: path })
  try {
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    await writeNewFile(publicPath, pem, { mode: 0o644, field: publicPath })
  } catch (error) {
    await rm(path)
    throw error
  }
  return privateKey
}

/** The private key in a file (PKCS #8, PEM). @throws ClaimsError `unreadable_file` where it is none of Ed25519 */
export async function readCheckpointKey(path: string): Promise<KeyObject> {
  return readKey(path, createPrivateKey, 'a private key of Ed25519 in PEM, as --new-key writes it')
}

/**
 * The public key in a file (PEM).
 *
 * @throws ClaimsError `unreadable_file` where it is none of Ed25519, or is a private one, which nobody who checks should have
 */
export async function readCheckpointPublicKey(path: string): Promise<KeyObject> {
  const allowed = 'a public key of Ed25519 in PEM, as --new-key writes it'
  return await readKey(
    path,
    (text) => {
      if (text.includes('PRIVATE KEY')) throw new TypeError('private')
      return createPublicKey(text)
    },
    allowed,
  )
}

async function readKey(
  path: string,
  parse: (text: string) => KeyObject,
  allowed: string,
): Promise<KeyObject> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, `cannot be read (${systemCode(error)})`, allowed)
  }
  let key: KeyObject | null = null
  try {
    key = parse(text)
  } catch {
    // Said below.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw unreadable(path, 'is another kind of file', allowed)
}

function unreadable(path: string, problem: string, allowed: string): ClaimsError {
  return new ClaimsError('unreadable_file', `The key ${path} ${problem}`, {
    problems: [{ field: path, problem, allowed }],
  })
}
