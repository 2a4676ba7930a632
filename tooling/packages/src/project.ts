import { existsSync } from 'node:fs'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { environmentOf, type NodeProgram } from './nodes.ts'
import { lastWords, runProgram, type Run } from './run-program.ts'
import { root } from './workspace.ts'

/** An empty project outside of the repository, with packages installed by plain npm. */
export interface Project {
  readonly folder: string
}

/**
 * Makes a project and installs into it with the npm that belongs to the machine, run by the given Node; a package that
 * does not allow that Node is an error. An XGBoost library is placed where `xgboost-library install` places it in the
 * project's own home: the official one where the workspace has it, else the one of `xgboost_node`.
 *
 * @param folder an empty or absent folder outside of the repository
 * @param node the Node that runs npm
 * @param what tarballs and names with versions
 * @throws Error when npm fails
 */
export async function installProject(
  folder: string,
  node: NodeProgram,
  what: readonly string[],
): Promise<Project> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const run = await runProgram(
    [
      ...['npm', 'install', '--engine-strict', '--strict-peer-deps', '--prefer-offline'],
      ...['--no-audit', '--no-fund', '--loglevel=error', ...what],
    ],
    { cwd: folder, env: environmentOf(node) },
  )
  if (run.code !== 0) throw new Error(`npm install with Node ${node.version} ${lastWords(run)}`)
  await placeLibrary(join(folder, 'home'))
  return { folder }
}

/** Names of all packages that an install brought, scopes included, sorted. */
export async function installedNames(project: Project): Promise<string[]> {
  const top = join(project.folder, 'node_modules')
  const names = (await readdir(top)).filter((name) => !name.startsWith('.'))
  const scoped = names.map(async (name) =>
    name.startsWith('@') ? (await readdir(join(top, name))).map((part) => `${name}/${part}`) : [name],
  )
  return (await Promise.all(scoped)).flat().sort()
}

/** Runs a program of a project with a Node, as its owner would. */
export async function runInProject(
  project: Project,
  node: NodeProgram,
  words: readonly string[],
): Promise<Run> {
  return runProgram(words, {
    cwd: project.folder,
    env: { ...environmentOf(node), HOME: join(project.folder, 'home'), CLAIMS_THREADS: '1' },
  })
}

/** Places an XGBoost library in a home as `xgboost-library install` does. */
export async function placeLibrary(home: string): Promise<void> {
  const link =
    process.platform === 'darwin'
      ? join(home, 'Library/Application Support/xgboost-library/3.2.0/libxgboost.dylib')
      : join(home, '.local/share/xgboost-library/3.2.0/libxgboost.so')
  const carried = join(root, 'packages/xgboost/node_modules/xgboost_node')
  const library =
    process.platform === 'darwin'
      ? join(carried, 'binary/libxgboost.dylib')
      : [join(root, '.claims/xgboost/xgboost/lib/libxgboost.so'), join(carried, 'lib/libxgboost.so')].find(
          existsSync,
        )
  if (library === undefined) throw new Error('the workspace has no XGBoost library')
  await mkdir(dirname(link), { recursive: true })
  await symlink(library, link)
}
