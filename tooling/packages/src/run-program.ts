import { spawn } from 'node:child_process'

/** What a program printed and how it ended. */
export interface Run {
  /** Exit code; -1 when a signal or the time limit ended it, or it could not be started. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Where and how long a program runs. */
export interface RunOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Default 5 minutes. */
  readonly timeoutMilliseconds?: number | undefined
}

/** Runs a program without a shell and without input. */
export async function runProgram(words: readonly string[], options: RunOptions): Promise<Run> {
  const [command = '', ...args] = words
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMilliseconds ?? 300_000,
    killSignal: 'SIGKILL',
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ code: -1, stdout, stderr: `${stderr}${error.message}\n` })
    })
    child.on('close', (code, signal) => {
      resolve({ code: code ?? -1, stdout, stderr: signal === null ? stderr : `${stderr}${signal}\n` })
    })
  })
}

/** The end of what a program said, for a line about its failure. */
export function lastWords({ code, stdout, stderr }: Run): string {
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n    ')
  return `ended with ${String(code)}\n    ${said}`
}

/** Runs `work` on every value, a few at a time; answers in the order of the values. */
export async function eachOf<T, R>(
  values: readonly T[],
  atOnce: number,
  work: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const left = values.map((value, index) => ({ value, index })).reverse()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop())
        results[next.index] = await work(next.value)
    }),
  )
  return results
}
