import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { nodeErrorCode } from '../node-error.ts'
import type { Pair } from './run-batch.ts'

/**
 * The tags that MLflow's own client puts on a run: user, source and its git commit. What cannot be known, such as the
 * commit outside of a repository, has no tag.
 *
 * @param source the program that runs
 * @returns tags by their names in MLflow
 */
export async function systemTags(source: string): Promise<Pair[]> {
  const commit = await git(['rev-parse', 'HEAD'])
  const branch = commit === undefined ? undefined : await git(['rev-parse', '--abbrev-ref', 'HEAD'])
  const tags: [string, string | undefined][] = [
    ['mlflow.user', userName()],
    ['mlflow.source.name', source],
    ['mlflow.source.type', 'LOCAL'],
    ['mlflow.source.git.commit', commit],
    ['mlflow.source.git.branch', branch === 'HEAD' ? undefined : branch],
  ]
  return tags.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [{ key, value }]))
}

function userName(): string | undefined {
  try {
    return userInfo().username
  } catch (error) {
    // A process may run as a user that the machine has no name for.
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function git(args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('git', args, { timeout: 5000 })).stdout.trim()
  } catch {
    // No git, no repository, or none that git trusts: there is no commit to name.
    return undefined
  }
}
