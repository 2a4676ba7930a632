import { ClaimsError, type ArtifactStore, type BundleFiles } from '@claims/contracts'

/** A bundle that a history names, so that it was there. @throws ClaimsError `damaged_bundle` where it is gone or altered */
export async function openRegistered(artifacts: ArtifactStore, manifestSha256: string): Promise<BundleFiles> {
  try {
    return await artifacts.open(manifestSha256)
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'file_not_found') throw error
    throw new ClaimsError('damaged_bundle', `A registered bundle is gone or was altered: ${error.message}`, {
      problems: error.problems,
      cause: error,
    })
  }
}
