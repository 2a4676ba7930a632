import type { IncomingMessage } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { ClaimsError, toClaimsError } from '@claims/contracts'
import { scanStructure, type Structure, type StructureLimits } from './scan-structure.ts'

/** A body as it came, unpacked. */
export interface ReadBody extends Structure {
  readonly bytes: Uint8Array
}

/** What bounds a body. */
export interface BodyLimits extends StructureLimits {
  /** Bytes after decompression. */
  readonly bodyBytes: number
  /** Bytes of all bodies that are held at one time. */
  readonly heldBytes: number
}

/** Bytes of the bodies that are held now. */
export interface BodyBudget {
  held: number
}

/**
 * Reads a body: unpacks it, and refuses it the moment it breaks a limit.
 *
 * @param request the request, of which nothing was read
 * @param options `limits`; `budget`, which the bytes are added to, and which the caller takes them off again; `onWanted`,
 *   called when nothing that the headers say speaks against the body
 * @returns the bytes and the counts of their structure
 * @throws ClaimsError `body_too_large`, `limit_exceeded`, `overloaded`; `unsupported_media_type` for an encoding;
 *   `malformed_request` where it cannot be unpacked or ends before it is whole
 */
export async function readBody(
  request: IncomingMessage,
  options: { limits: BodyLimits; budget: BodyBudget; onWanted?: () => void },
): Promise<ReadBody> {
  const { limits, budget } = options
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const unpack = unpacker(encoding)
  const length = Number(request.headers['content-length'] ?? 0)
  if (unpack === null && length > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
  options.onWanted?.()
  const source: Readable = unpack === null ? request : request.pipe(unpack)
  const scan = scanStructure(limits)
  const chunks: Buffer[] = []
  let total = 0
  let packed = 0
  if (unpack !== null)
    request.on('data', (chunk: Buffer) => {
      packed += chunk.length
    })
  try {
    await eachChunk(request, source, (chunk) => {
      total += chunk.length
      budget.held += chunk.length
      if (total > limits.bodyBytes) throw tooLarge(limits.bodyBytes)
      if (budget.held > limits.heldBytes)
        throw new ClaimsError('overloaded', 'The server holds as many bodies as it can; send this one later')
      scan.push(chunk)
      chunks.push(chunk)
    })
  } catch (error) {
    budget.held -= total
    // Nothing at all is no broken archive, but an empty body.
    if (unpack !== null && packed === 0 && request.complete)
      return { bytes: new Uint8Array(0), ...scan.counts() }
    if (unpack !== null) {
      request.unpipe(unpack)
      unpack.destroy()
    }
    throw error
  }
  return { bytes: joined(chunks, total), ...scan.counts() }
}

function unpacker(encoding: string): (Readable & Writable) | null {
  switch (encoding) {
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new ClaimsError('unsupported_media_type', 'The body’s encoding is not supported', {
        problems: [
          {
            field: 'content-encoding',
            problem: 'is not supported',
            allowed: 'gzip, deflate, br, or no encoding',
          },
        ],
      })
  }
}

function eachChunk(request: IncomingMessage, source: Readable, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      source.off('data', onData)
      source.pause()
      settle()
    }
    const onData = (chunk: Buffer): void => {
      try {
        take(chunk)
      } catch (error) {
        finish(() => {
          reject(toClaimsError(error))
        })
      }
    }
    const incomplete = (): void => {
      if (request.complete) return
      finish(() => {
        reject(malformed('ends before it is whole'))
      })
    }
    source.on('data', onData)
    source.once('end', () => {
      finish(resolve)
    })
    request.once('close', incomplete)
    source.on('error', () => {
      finish(() => {
        reject(malformed(source === request ? 'ends before it is whole' : 'cannot be unpacked'))
      })
    })
  })
}

/** One piece of memory of its own, which can be handed to another thread. */
function joined(chunks: readonly Buffer[], total: number): Uint8Array {
  const bytes = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function malformed(problem: string): ClaimsError {
  return new ClaimsError('malformed_request', `The body ${problem}`, {
    problems: [{ field: 'body', problem, allowed: 'a whole body in the encoding that the headers name' }],
  })
}

function tooLarge(limit: number): ClaimsError {
  const allowed = `at most ${String(limit)} bytes`
  return new ClaimsError('body_too_large', `The body is too large; allowed: ${allowed}`, {
    problems: [{ field: 'body', problem: 'is too large', allowed }],
  })
}
