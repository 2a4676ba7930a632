import { readFile } from 'node:fs/promises'
import { ClaimsError } from '@claims/contracts'
import { systemCode } from '@claims/contracts/files'
import { openCheckpoint, readCheckpointPublicKey, type SignedCheckpoint } from '@claims/registry'

/**
 * Reads checkpoints and checks their signatures.
 *
 * @param paths of the files
 * @param publicKey file of the key that is trusted
 * @throws ClaimsError `unreadable_file`, `invalid_checkpoint`
 */
export async function openCheckpoints(
  paths: readonly string[],
  publicKey: string,
): Promise<readonly SignedCheckpoint[]> {
  const key = await readCheckpointPublicKey(publicKey)
  const checkpoints: SignedCheckpoint[] = []
  for (const path of paths) checkpoints.push(openCheckpoint(await readText(path), key))
  return checkpoints
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const problem = `cannot be read (${systemCode(error)})`
    throw new ClaimsError('unreadable_file', `The checkpoint ${path} ${problem}`, {
      problems: [{ field: path, problem, allowed: 'a file that claims ledger checkpoint wrote' }],
    })
  }
}
