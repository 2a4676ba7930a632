import { execFile, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { endGroup, spawnGroup } from './spawn-group.ts'
import { waitUntil } from './wait-until.ts'

/** A server of PostgreSQL on loopback with an empty database. */
export interface RunningPostgres {
  /** As SQLAlchemy writes it. */
  readonly uri: string
  stop(): Promise<void>
}

const debian = '/usr/lib/postgresql'

/** The folder of the server's programs, if there is one. */
export function findPostgres(): string | undefined {
  if (!existsSync(debian)) return undefined
  return readdirSync(debian)
    .map((version) => join(debian, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

/** @throws Error with the end of the server's log when it does not start */
export async function startPostgres(): Promise<RunningPostgres> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error(`PostgreSQL is missing in ${debian}`)
  const directory = await mkdtemp(join(tmpdir(), 'postgres-'))
  const data = join(directory, 'data')
  const log = join(directory, 'log')
  const port = await freePort()
  const owner = ownerOf()
  if (owner) await chown(directory, owner.uid, owner.gid)
  const run = (program: string, words: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(programs, program), words, { ...owner, cwd: directory })

  const locale = ['--encoding', 'UTF8', '--locale', 'C.UTF-8']
  try {
    await run('initdb', ['--pgdata', data, '--username', 'mlflow', '--auth', 'trust', '--no-sync', ...locale])
  } catch (error) {
    await rm(directory, { recursive: true })
    throw error
  }
  const output = openSync(log, 'a')
  const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off']
  const child = await spawnGroup([join(programs, 'postgres'), ...words], {
    ...owner,
    cwd: directory,
    output,
  }).finally(() => closeSync(output))
  const stop = async (): Promise<void> => {
    await endGroup(child, 'SIGQUIT')
    await rm(directory, { recursive: true, force: true, maxRetries: 10 })
  }
  const ready = (): Promise<boolean> =>
    run('pg_isready', ['-h', '127.0.0.1', '-p', String(port)]).then(
      () => true,
      () => false,
    )
  if (!(await waitUntil(child, ready))) {
    const end = (await readFile(log, 'utf8')).slice(-4000)
    await stop()
    throw new Error(`PostgreSQL did not start:\n${end}`)
  }
  return { uri: `postgresql+psycopg2://mlflow@127.0.0.1:${port}/postgres`, stop }
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
function ownerOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim())
  return { uid: id('-u'), gid: id('-g') }
}
