import { jest } from '@jest/globals'
import { run } from '../src/index.ts'

/** What a command printed and its exit code. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs the command line in this process, which is quicker than starting one; one thread, state in `home`.
 *
 * @param home becomes CLAIMS_HOME
 * @param args as after `claims`
 */
export async function runInProcess(home: string, ...args: readonly string[]): Promise<Ran> {
  process.env['CLAIMS_HOME'] = home
  process.env['CLAIMS_THREADS'] = '1'
  let stdout = ''
  let stderr = ''
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  const err = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
  try {
    const code = await run(['node', 'claims', ...args])
    return { code, stdout, stderr }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}
