import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A program of the folder `processes` that runs. */
export interface RunningProgram {
  readonly child: ChildProcessByStdio<null, Readable, null>
  /** What it has said, a line each. */
  readonly lines: readonly string[]
  /** The first line. */
  readonly ready: Promise<unknown>
  /** Its exit code, null where it was killed; everything that it said is in `lines` by then. */
  readonly ended: Promise<number | null>
}

/** Starts a program of the folder `processes`. */
export function startProgram(name: string, words: readonly string[]): RunningProgram {
  const program = join(import.meta.dirname, 'processes', name)
  const child = spawn(
    process.execPath,
    ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', program, ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return {
    child,
    lines,
    ready: Promise.race([once(reader, 'line'), once(child, 'close')]),
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}
