import { spawn, type ChildProcess } from 'node:child_process'
import { lstat, readdir, readlink, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { environmentOf, type NodeProgram } from './nodes.ts'
import { pnpmProgram } from './pack.ts'
import { placeLibrary } from './project.ts'
import { lastWords, runProgram } from './run-program.ts'
import { root } from './workspace.ts'

/** What only those who work on the repository need. */
const development = /^(?:@jest|@swc|jest|typescript|eslint|turbo|knip|xgboost_node|arquero|node-gyp|node)$/

/**
 * Deploys both apps as folders with production dependencies, moves the folders to where nothing of the workspace is
 * beside them, and makes, trains, scores and serves claims with what is in them.
 *
 * @param nodes the Nodes to run them with
 * @param folder an absent folder
 * @returns what went wrong, a line each
 */
export async function deployProblems(nodes: readonly NodeProgram[], folder: string): Promise<string[]> {
  const problems: string[] = []
  for (const app of ['api', 'trainer']) {
    const made = join(folder, 'made', app)
    const words = [pnpmProgram(), '--filter', `@claims/${app}`, 'deploy', '--prod', made]
    const run = await runProgram(words, { cwd: root, env: { ...process.env, CI: 'true' } })
    if (run.code !== 0) return [`pnpm deploy of ${app} ${lastWords(run)}`]
    await rename(made, join(folder, app))
    const installed = (await readdir(join(folder, app, 'node_modules/.pnpm'))).map((name) =>
      name.replace(/^(@[^+]+)\+.*|(?<=.)@.*$/, '$1'),
    )
    const surplus = [...new Set(installed.filter((name) => development.test(name)))]
    if (surplus.length > 0) problems.push(`${app} as a folder holds ${surplus.join(', ')}`)
    problems.push(...(await linksOutOf(join(folder, app))))
  }
  const home = join(folder, 'home')
  await placeLibrary(home)
  for (const node of nodes) {
    const env = { ...environmentOf(node), HOME: home, CLAIMS_THREADS: '1' }
    problems.push(...(await useDeployed(folder, { at: join(folder, `with-${node.version}`), env })))
  }
  return problems
}

async function linksOutOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })
  const links = entries.filter((entry) => entry.isSymbolicLink())
  const targets = links.map(async ({ parentPath, name }) => {
    const target = resolve(parentPath, await readlink(join(parentPath, name)))
    const there = await lstat(target).catch(() => undefined)
    return target.startsWith(folder) && there !== undefined ? [] : [`${join(parentPath, name)} leads out`]
  })
  return (await Promise.all(targets)).flat()
}

interface Place {
  readonly at: string
  readonly env: NodeJS.ProcessEnv
}

async function useDeployed(folder: string, { at, env }: Place): Promise<string[]> {
  const claims = ['node', join(folder, 'trainer/dist/main.js')]
  const [data, bundle] = [`${at}.csv`, `${at}-bundle`]
  const steps = [
    ['generate', '--rows', '800', '--seed', '3', '--out', data],
    [
      'train',
      '--blueprint',
      'claims',
      '--data',
      data,
      '--folds',
      '2',
      '--models',
      'xgboost',
      '--out',
      bundle,
    ],
    ['score', '--bundle', bundle, '--data', data, '--out', `${at}-scores.csv`, '--reasons', '2'],
  ]
  for (const words of steps) {
    const run = await runProgram([...claims, ...words, '--quiet'], { cwd: folder, env })
    // A model of so few claims may not be promotable, which train answers with 1.
    if (run.code !== 0 && !(run.code === 1 && words[0] === 'train'))
      return [`claims ${words[0] ?? ''} as a folder ${lastWords(run)}`]
  }
  return serveOnce(join(folder, 'api'), { ...env, CLAIMS_BUNDLE: bundle, PORT: '0', LOG_LEVEL: 'info' })
}

async function serveOnce(app: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const server = spawn('node', [join(app, 'dist/main.js')], { cwd: dirname(app), env, timeout: 60_000 })
  const ended = new Promise<number | null>((done) => server.on('close', done))
  try {
    const url = await addressOf(server)
    if (url === undefined) return ['the api as a folder says no address']
    const response = await fetch(`${url}/health/ready`)
    if (!response.ok) return [`the api as a folder answers ${String(response.status)}`]
  } finally {
    server.kill('SIGTERM')
  }
  const code = await ended
  return code === 0 ? [] : [`the api as a folder ended with ${String(code)}`]
}

/** The address that a server logs; undefined when it ends without one. */
async function addressOf({ stderr }: ChildProcess): Promise<string | undefined> {
  let said = ''
  return new Promise((found) => {
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const url = /http:\/\/[\d.:]+\d/.exec(said)?.[0]
      if (url !== undefined) found(url)
    })
    stderr?.on('end', () => {
      found(undefined)
    })
  })
}
