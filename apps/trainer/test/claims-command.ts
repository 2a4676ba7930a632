import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const main = resolve(import.meta.dirname, '../src/main.ts')

/** What a command printed and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder that is deleted when the block that made it ends. */
export interface Folder {
  readonly path: string
  at(name: string): string
  /** Every name below the folder, sorted. */
  names(): Promise<string[]>
  [Symbol.asyncDispose](): Promise<void>
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'claims-trainer-'))
  return {
    path,
    at: (name) => join(path, name),
    names: async () => (await readdir(path, { recursive: true })).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Starts the real command line in a process of its own, with one thread and its state in `folder`. */
export function startClaims(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(
    process.execPath,
    ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', main, ...args],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CLAIMS_HOME: join(folder, 'state'),
        CLAIMS_THREADS: '1',
        OMP_NUM_THREADS: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

/** Waits for a started command. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('close', (code, signal) => {
      done({ code, signal, stdout, stderr })
    })
  })
}

/** Runs the real command line to its end. */
export async function claims(folder: string, ...args: readonly string[]): Promise<Ended> {
  return ended(startClaims(folder, args))
}
