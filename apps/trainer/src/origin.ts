import { execFile } from 'node:child_process'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TrainOptions } from '@claims/pipeline'
import { productVersion } from './version.ts'

/** What trains, and the commit of the repository that the data lies in. */
type Origin = {
  readonly [Key in 'product' | 'dataCommit']: Exclude<TrainOptions[Key], undefined>
}

/**
 * What trains and where the data lies: the product's version, its commit where it runs from its own repository, and the
 * commit of the repository that the data lies in. Null where there is no repository or no git.
 *
 * @param data path of the data
 */
export async function originOf(data: string): Promise<Origin> {
  const program = fileURLToPath(new URL('../package.json', import.meta.url))
  // A product that is installed below somebody's repository is not in it.
  const ours = (await git(dirname(program), 'ls-files', '--', basename(program))) !== null
  return {
    product: {
      version: productVersion(),
      commit: ours ? await git(dirname(program), 'rev-parse', '--verify', 'HEAD') : null,
    },
    dataCommit: await git(dirname(resolve(data)), 'rev-parse', '--verify', 'HEAD'),
  }
}

/** What git prints in a folder, or null where it prints nothing, fails, or is not there: then nothing is known. */
async function git(folder: string, ...args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args])
    const text = stdout.trim()
    return text === '' ? null : text
  } catch {
    return null
  }
}
