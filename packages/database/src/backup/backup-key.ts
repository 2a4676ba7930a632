import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ClaimsError } from '@claims/contracts'
import { systemCode, writeNewFile } from '@claims/contracts/files'

/** Bytes of a key: AES-256. */
const keyBytes = 32

/**
 * The key in a file, which holds its 32 bytes and nothing else.
 *
 * @throws ClaimsError `unreadable_file` where there is no such file, or it is no key
 */
export async function readBackupKey(path: string): Promise<Uint8Array> {
  let key: Uint8Array
  try {
    key = await readFile(path)
  } catch (error) {
    throw noKey(path, `cannot be read (${systemCode(error)})`)
  }
  if (key.byteLength !== keyBytes) throw noKey(path, `has ${key.byteLength} bytes`)
  return key
}

/**
 * Makes a new key in a file that only its owner may read. Without the file no backup under it can be restored.
 *
 * @throws ClaimsError `already_exists` where there is a file, `unreadable_file` where it cannot be written
 */
export async function writeNewBackupKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(keyBytes)
  await writeNewFile(path, key, { mode: 0o600, field: 'key' })
  return key
}

function noKey(path: string, problem: string): ClaimsError {
  return new ClaimsError('unreadable_file', `The key ${path} ${problem}`, {
    problems: [{ field: 'key', problem, allowed: `a file of ${keyBytes} bytes` }],
  })
}
