import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Where a test runs. */
export interface Surroundings {
  /** The folder beside the repository. */
  readonly shared: string
  /** Whether the run is one of continuous integration. */
  readonly ci: boolean
}

/** What becomes of a test on public data, and why it does not run. */
export type Verdict = { readonly does: 'run' } | { readonly does: 'skip' | 'fail'; readonly reason: string }

/**
 * A test runs where its files are. A clone without the folder beside it skips it, also in CI; where the folder is there,
 * CI takes a missing file for a fault.
 *
 * @param files paths in `../shared/data`, or absolute ones
 * @param surroundings where the test runs
 */
export function verdictOn(files: readonly string[], { shared, ci }: Surroundings): Verdict {
  const missing = files.filter((file) => !existsSync(resolve(shared, 'data', file)))
  if (missing.length === 0) return { does: 'run' }
  if (!existsSync(shared)) return { does: 'skip', reason: 'there is no ../shared with public data' }
  return { does: ci ? 'fail' : 'skip', reason: `../shared/data lacks ${missing.join(', ')}` }
}
