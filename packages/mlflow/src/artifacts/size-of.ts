import { stat } from 'node:fs/promises'
import { nodeErrorCode } from '../node-error.ts'

/** Length of a file; 0 when there is none. */
export async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  return found?.size ?? 0
}
