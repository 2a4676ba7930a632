import type { BigIntStats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { refused } from './output-error.ts'
import { sameFile } from './output-place.ts'

/**
 * Refuses an output that is a file or folder which the program keeps for itself, or lies in one: by its real path, a
 * link, a hard link or another mount.
 *
 * @param path of the output
 * @param keep what is never written, and need not exist
 * @param whole whether the output is a folder that is replaced as a whole, which then holds none of them either
 * @throws ClaimsError `output_refused`
 * @example
 * await requireApart('scores.csv', ['/var/lib/claims/claims.sqlite'])
 */
export async function requireApart(path: string, keep: readonly string[], whole = false): Promise<void> {
  if (keep.length === 0) return
  const [output, ...folders] = await wayTo(path)
  if (output === undefined) return
  for (const kept of keep) {
    const [own, ...within] = await wayTo(kept)
    if (own === undefined) continue
    const relation = isOne(output, own)
      ? 'is'
      : folders.some((folder) => isOne(folder, own))
        ? 'lies in'
        : whole && within.some((folder) => isOne(folder, output))
          ? 'holds'
          : null
    if (relation === null) continue
    const problem = `${relation} ${kept}, which is this program's own state`
    throw refused(path, problem, 'another place; what this program keeps is never replaced by an output')
  }
}

interface Step {
  readonly path: string
  /** Null where nothing is there yet. */
  readonly status: BigIntStats | null
}

/** What is at a path, and the folders above it. */
async function wayTo(path: string): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (let step = await realPlace(path); ; step = dirname(step)) {
    steps.push({ path: step, status: await stat(step, { bigint: true }).catch(() => null) })
    if (dirname(step) === step) return steps
  }
}

/** The real path, also of what is not there yet. */
async function realPlace(path: string): Promise<string> {
  const missing: string[] = []
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => null)
    if (real !== null) return join(real, ...missing)
    if (dirname(folder) === folder) return resolve(path)
    missing.unshift(basename(folder))
  }
}

function isOne(one: Step, other: Step): boolean {
  return one.path === other.path || sameFile(one.status, other.status)
}
