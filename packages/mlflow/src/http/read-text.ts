import type { Readable } from 'node:stream'
import { MlflowError } from '../errors.ts'

/**
 * Reads a body as UTF-8 text.
 *
 * @param body the answer's body
 * @param most bytes, at most
 * @param endpoint for the error
 * @throws MlflowError `response_too_large`; what the connection throws
 */
export async function readText(body: Readable, most: number, endpoint: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > most) {
      body.destroy()
      throw new MlflowError('response_too_large', `${endpoint}: the answer is longer than ${most} bytes`, {
        endpoint,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
