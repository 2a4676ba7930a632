import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** How a program ended, and what it printed. */
export interface EndedProgram {
  readonly code: number | null
  readonly output: string
}

/**
 * Runs a program of the folder `programs`.
 *
 * @param words its file and its arguments
 * @param signal kills it when it is aborted
 */
export async function runProgram(
  words: readonly [string, ...string[]],
  signal?: AbortSignal,
): Promise<EndedProgram> {
  const [file, ...rest] = words
  const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'programs', file), ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  signal?.addEventListener('abort', () => child.kill('SIGKILL'))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}
