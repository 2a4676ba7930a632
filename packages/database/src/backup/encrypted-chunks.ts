import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { ClaimsError } from '@claims/contracts'

/*
 * The file of a backup:
 *
 *     16 bytes   "CLAIMS BACKUP 1\n", the format
 *     16 bytes   the name of the key, from the key alone
 *     32 bytes   random, from which and the key this file's own key is made (HKDF-SHA256)
 *     chunks     65,536 bytes of content each, the last one fewer; AES-256-GCM, each with 16 bytes of its tag
 *
 * The nonce of a chunk is its number, and whether it is the last one; what is authenticated with it are the 64 bytes
 * above. So no chunk can be changed, moved, left out, or taken from another file, and the end cannot be cut off (STREAM:
 * Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
 */
const format = Buffer.from('CLAIMS BACKUP 1\n')
const headBytes = 64
const tagBytes = 16
const chunkBytes = 65_536

/**
 * Encrypts content of any length in bounded memory.
 *
 * @param content pieces of any size
 * @param key 32 bytes
 * @returns the pieces of the file
 */
export async function* encryptChunks(
  content: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const head = Buffer.concat([format, nameOfKey(key), randomBytes(32)])
  const own = keyOfFile(key, head)
  yield head
  let number = 0
  for await (const { block, last } of blocks(content, chunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', own, nonce(number, last)).setAAD(head)
    yield Buffer.concat([cipher.update(block), cipher.final(), cipher.getAuthTag()])
    number += 1
  }
}

/**
 * Decrypts what `encryptChunks` made. A piece is handed out when it was authenticated; that none is missing is known when
 * the last one was.
 *
 * @param file pieces of any size
 * @param key 32 bytes
 * @throws ClaimsError `damaged_backup` where the file is another one, under another key, or not as it was written
 */
export async function* decryptChunks(
  file: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined
  let own: Uint8Array = new Uint8Array()
  let number = 0
  for await (const { block, last } of blocks(file, chunkBytes + tagBytes, headBytes)) {
    if (head === undefined) {
      head = requireHead(block, key)
      own = keyOfFile(key, head)
      if (last) throw damagedBackup('ends after its head')
      continue
    }
    if (block.byteLength < tagBytes) throw damagedBackup('ends in the middle of a chunk')
    const decipher = createDecipheriv('aes-256-gcm', own, nonce(number, last), { authTagLength: tagBytes })
    decipher.setAAD(head).setAuthTag(block.subarray(-tagBytes))
    const content = decipher.update(block.subarray(0, -tagBytes))
    try {
      decipher.final()
    } catch {
      throw damagedBackup(last ? 'was cut off or changed' : `was changed in its chunk ${number}`)
    }
    yield content
    number += 1
  }
}

/** A backup cannot be used. */
export function damagedBackup(problem: string): ClaimsError {
  return new ClaimsError('damaged_backup', `The backup ${problem}`, {
    problems: [{ field: 'backup', problem, allowed: 'a file of claims database backup, and its key' }],
  })
}

function requireHead(head: Buffer, key: Uint8Array): Buffer {
  if (!head.subarray(0, format.length).equals(format))
    throw damagedBackup('is no backup that this product reads')
  if (head.byteLength < headBytes) throw damagedBackup('ends within its head')
  if (!head.subarray(format.length, format.length + 16).equals(nameOfKey(key)))
    throw damagedBackup('is encrypted under another key')
  return head
}

function nameOfKey(key: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(), 'claims backup: name of a key', 16))
}

function keyOfFile(key: Uint8Array, head: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, head.subarray(-32), 'claims backup: key of a file', 32))
}

function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUIntBE(number, 4, 6)
  bytes.writeUInt8(last ? 1 : 0, 11)
  return bytes
}

/** Pieces of any size as blocks of one size, of which the last may be shorter or empty; the first may have its own size. */
async function* blocks(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  firstSize = size,
): AsyncGenerator<{ block: Buffer; last: boolean }> {
  let held: Uint8Array[] = []
  let bytes = 0
  let wanted = firstSize
  for await (const piece of pieces) {
    held.push(piece)
    bytes += piece.byteLength
    if (bytes <= wanted) continue
    let joined = Buffer.concat(held)
    // What fills a block to its end is held back: it may be the last one.
    while (joined.byteLength > wanted) {
      yield { block: joined.subarray(0, wanted), last: false }
      joined = joined.subarray(wanted)
      wanted = size
    }
    held = [joined]
    bytes = joined.byteLength
  }
  yield { block: Buffer.concat(held), last: true }
}
