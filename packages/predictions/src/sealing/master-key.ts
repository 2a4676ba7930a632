import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { flushDirectory, isSystemError, systemCode } from '@claims/contracts/files'

/** Bytes of a master key. */
const keyBytes = 32

/** The key that every other key is encrypted under. */
export interface MasterKey {
  /** 32 hexadecimal digits that tell it from another one and say nothing else. */
  readonly name: string
  /** What HKDF makes of it to encrypt data keys with. */
  readonly wrapping: KeyObject
}

/** A master key of 32 bytes. @throws ClaimsError `wrong_master_key` where they are not 32 */
export function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.byteLength !== keyBytes) throw noKey(`has ${String(bytes.byteLength)} bytes`)
  const made = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', bytes, new Uint8Array(), `claims master key: ${purpose}`, length))
  return { name: made('name', 16).toString('hex'), wrapping: createSecretKey(made('wraps data keys', 32)) }
}

/**
 * The master key in a file, which holds its 32 bytes and nothing else.
 *
 * @throws ClaimsError `wrong_master_key` where there is no such file, or it is no key
 */
export async function readMasterKey(path: string): Promise<MasterKey> {
  try {
    return masterKey(await readFile(path))
  } catch (error) {
    if (error instanceof ClaimsError) throw noKey(`in ${path} ${error.problems[0]?.problem ?? ''}`)
    throw noKey(`${path} cannot be read (${systemCode(error)})`)
  }
}

/**
 * Makes a master key in a file that only its owner may read. It appears whole: of two who make it at once, both get the same.
 * Without the file everything that was sealed under it is lost.
 *
 * @returns whether this call made it, and the key that is there
 */
export async function makeMasterKey(
  path: string,
): Promise<{ readonly made: boolean; readonly key: MasterKey }> {
  const temporary = `${path}.new-${randomBytes(6).toString('hex')}`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(randomBytes(keyBytes))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(temporary, path)
    await flushDirectory(dirname(path))
    return { made: true, key: await readMasterKey(path) }
  } catch (error) {
    if (error instanceof ClaimsError) throw error
    if (isSystemError(error, 'EEXIST')) return { made: false, key: await readMasterKey(path) }
    throw noKey(`${path} cannot be written (${systemCode(error)})`)
  } finally {
    await rm(temporary, { force: true })
  }
}

function noKey(problem: string): ClaimsError {
  return new ClaimsError('wrong_master_key', `The master key ${problem}`, {
    problems: [{ field: 'master_key', problem, allowed: `a file of ${String(keyBytes)} bytes` }],
  })
}
