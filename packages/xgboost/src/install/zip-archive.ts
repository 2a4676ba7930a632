import { inflateRawSync } from 'node:zlib'
import { XGBoostError } from '../errors.ts'

/** A file inside a zip archive. */
export interface ZipEntry {
  readonly name: string
  /** The unpacked bytes. */
  read(): Buffer
}

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const STORED = 0
const DEFLATED = 8

/**
 * Reads the central directory of a zip archive (APPNOTE 6.3, without zip64 and encryption).
 *
 * @param archive the whole file
 * @returns its files in the order of the directory
 * @throws XGBoostError `install_failed` when the bytes are no such archive
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + 22 > archive.length || archive.readUInt32LE(end) !== END_SIGNATURE)
    throw broken('it has no central directory')
  const entries: ZipEntry[] = []
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + 46 > end || archive.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw broken('its central directory is damaged')
    const method = archive.readUInt16LE(at + 10)
    const packed = archive.readUInt32LE(at + 20)
    const size = archive.readUInt32LE(at + 24)
    const nameLength = archive.readUInt16LE(at + 28)
    const local = archive.readUInt32LE(at + 42)
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength)
    entries.push({ name, read: () => unpack(archive, { name, method, packed, size, local }) })
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return entries
}

interface Place {
  readonly name: string
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly local: number
}

const unpack = (archive: Buffer, { name, method, packed, size, local }: Place): Buffer => {
  if (local + 30 > archive.length || archive.readUInt32LE(local) !== LOCAL_SIGNATURE)
    throw broken(`${name} is not where the directory says`)
  const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const bytes = archive.subarray(begin, begin + packed)
  if (method !== STORED && method !== DEFLATED)
    throw broken(`${name} is packed by the unknown method ${method}`)
  const unpacked = method === STORED ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) })
  if (unpacked.length !== size) throw broken(`${name} holds ${unpacked.length} bytes, not ${size}`)
  return unpacked
}

const broken = (what: string): XGBoostError =>
  new XGBoostError('install_failed', `the file is no zip archive that can be read: ${what}`)
