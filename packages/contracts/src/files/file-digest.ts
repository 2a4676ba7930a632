import { createHash, hash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** SHA-256 (lower-case hexadecimal) and size of a file. */
export interface FileDigest {
  readonly sha256: string
  readonly bytes: number
}

/** SHA-256 of bytes or UTF-8 text, as lower-case hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content)
}

/**
 * Reads a file once, in pieces, and hashes it.
 *
 * @param path file to read
 * @param options `flush`: also force the file to the disk
 * @returns hash and size in bytes
 */
export async function digestFile(path: string, options: { flush?: boolean } = {}): Promise<FileDigest> {
  const handle = await open(path, options.flush === true ? 'r+' : 'r')
  try {
    const digest = createHash('sha256')
    const buffer = Buffer.allocUnsafe(1 << 18)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      digest.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
    if (options.flush === true) await handle.sync()
    return { sha256: digest.digest('hex'), bytes }
  } finally {
    await handle.close()
  }
}
