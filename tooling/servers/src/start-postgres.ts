import { execFile, spawnSync, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { endGroup, spawnGroup } from './spawn-group.ts'
import { waitUntil } from './wait-until.ts'

/** A server of PostgreSQL on loopback with an empty database `postgres`. */
export interface RunningPostgres {
  readonly port: number
  readonly user: string
  /** As SQLAlchemy writes it. */
  readonly uri: string
  /** Ends the server at once, as a crash does; its files stay. */
  crash(): Promise<void>
  /** Starts it again after a crash, on the same port. */
  start(): Promise<void>
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

/** How a server is set up. */
export interface PostgresOptions {
  /** Default `mlflow`. */
  readonly user?: string
  /** Asked of everybody; by default nobody is asked. */
  readonly password?: string
  /** Files of the server's folder by name, such as a certificate. */
  readonly files?: Readonly<Record<string, string>>
  /** Words for the server, such as `-c`, `ssl=on`. */
  readonly words?: readonly string[]
  /** The process whose end ends the server, where that is not this one. */
  readonly owner?: number
}

const debian = '/usr/lib/postgresql'

/** The folder of the server's programs, if there is one. */
export function findPostgres(): string | undefined {
  if (!existsSync(debian)) return undefined
  return readdirSync(debian)
    .map((version) => join(debian, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

/** Why there can be no server, if so; for `describeUnless`. */
export function missingPostgres(): string | undefined {
  return findPostgres() === undefined ? 'PostgreSQL is missing; in CI ./claims test installs it' : undefined
}

/** @throws Error with the end of the server's log when it does not start */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const { user = 'mlflow', password, files = {}, words: extra = [], owner: ownerProcess } = options
  const programs = findPostgres()
  if (programs === undefined) throw new Error(`PostgreSQL is missing in ${debian}`)
  const directory = await mkdtemp(join(tmpdir(), 'postgres-'))
  const data = join(directory, 'data')
  const log = join(directory, 'log')
  const port = await freePort()
  const owner = ownerOf()
  for (const [name, content] of Object.entries({ ...files, password: password ?? '' }))
    await writeFile(join(directory, name), content, { mode: 0o600 })
  if (owner) {
    await chown(directory, owner.uid, owner.gid)
    for (const name of await readdir(directory)) await chown(join(directory, name), owner.uid, owner.gid)
  }
  const run = (program: string, words: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(programs, program), words, { ...owner, cwd: directory })
  const authentication =
    password === undefined
      ? ['--auth', 'trust']
      : ['--auth', 'scram-sha-256', '--pwfile', join(directory, 'password')]

  const locale = ['--encoding', 'UTF8', '--locale', 'C.UTF-8']
  try {
    await run('initdb', ['--pgdata', data, '--username', user, '--no-sync', ...authentication, ...locale])
  } catch (error) {
    await rm(directory, { recursive: true })
    throw error
  }
  let child: ChildProcess
  const crash = (): Promise<void> => endGroup(child, 'SIGQUIT')
  const stop = async (): Promise<void> => {
    await crash()
    await rm(directory, { recursive: true, force: true, maxRetries: 10 })
  }
  const ready = (): Promise<boolean> =>
    run('pg_isready', ['-h', '127.0.0.1', '-p', String(port)]).then(
      () => true,
      () => false,
    )
  const start = async (): Promise<void> => {
    const output = openSync(log, 'a')
    const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off']
    child = await spawnGroup([join(programs, 'postgres'), ...words, ...extra], {
      ...owner,
      cwd: directory,
      output,
      ...(ownerProcess !== undefined && { owner: ownerProcess }),
    }).finally(() => {
      closeSync(output)
    })
    if (await waitUntil(child, ready)) return
    const end = (await readFile(log, 'utf8')).slice(-4000)
    await stop()
    throw new Error(`PostgreSQL did not start:\n${end}`)
  }
  await start()
  return {
    ...{ port, user, crash, start, stop },
    uri: `postgresql+psycopg2://${user}@127.0.0.1:${port}/postgres`,
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
function ownerOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim())
  return { uid: id('-u'), gid: id('-g') }
}
