import { ClaimsError, streamFile, type ArtifactStore } from '@claims/contracts'

/**
 * Copies a bundle from one store to another where it is not whole there, and reads what was copied again.
 *
 * @param hash of its manifest
 * @returns whether it was copied; false where it was whole there
 * @throws ClaimsError `file_not_found`, `damaged_bundle` of the bundle that is copied; `damaged_bundle` where the copy is not
 *   what was put
 */
export async function bringBundle(hash: string, from: ArtifactStore, to: ArtifactStore): Promise<boolean> {
  if (await isWholeIn(to, hash)) return false
  await to.put(await from.open(hash))
  if (await isWholeIn(to, hash)) return true
  throw new ClaimsError('damaged_bundle', `The bundle ${hash} was copied and is not whole there`, {
    problems: [
      { field: hash, problem: 'is not what was copied', allowed: 'a store that keeps what it is given' },
    ],
  })
}

/** Whether a store has a bundle of which every file is what the manifest states; each is read to its end. */
async function isWholeIn(store: ArtifactStore, hash: string): Promise<boolean> {
  try {
    const files = await store.open(hash)
    for (const name of Object.keys(files.manifest.files)) {
      const pieces = streamFile(files, name)
      while ((await pieces.next()).done !== true);
    }
    return true
  } catch (error) {
    if (error instanceof ClaimsError && ['file_not_found', 'damaged_bundle'].includes(error.code))
      return false
    throw error
  }
}
