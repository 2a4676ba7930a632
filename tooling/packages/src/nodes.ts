import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lastWords, runProgram } from './run-program.ts'
import { root } from './workspace.ts'

/** The oldest Node that `engines` of the packages allows. */
export const oldestNode = '22.13.0'

/** A Node to run packages with. */
export interface NodeProgram {
  readonly version: string
  /** The program. */
  readonly path: string
}

/** The Node of the workspace. */
export function workspaceNode(): NodeProgram {
  return { version: process.versions.node, path: process.execPath }
}

/**
 * The oldest Node, placed under `.claims/tools` where it is not there yet.
 *
 * @throws Error when npm cannot place it
 */
export async function placeOldestNode(): Promise<NodeProgram> {
  const folder = join(root, '.claims/tools', `node-${oldestNode}`)
  const path = join(folder, 'node_modules/node/bin/node')
  if (!existsSync(path)) {
    await mkdir(dirname(folder), { recursive: true })
    const part = await mkdtemp(`${folder}.tmp-`)
    const run = await runProgram(
      [
        'npm',
        'install',
        '--prefix',
        part,
        `node@${oldestNode}`,
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      { cwd: part },
    )
    if (run.code !== 0) throw new Error(`Node ${oldestNode} could not be placed: ${lastWords(run)}`)
    await rm(folder, { recursive: true, force: true })
    await rename(part, folder)
  }
  return { version: oldestNode, path }
}

/** The environment in which programs and npm find this Node first, and nothing of the workspace. */
export function environmentOf(node: NodeProgram): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_PATH: _path, ...kept } = process.env
  const others = (kept['PATH'] ?? '').split(':').filter((folder) => !folder.startsWith(root))
  return { ...kept, PATH: [dirname(node.path), ...others].join(':') }
}
