import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** How a run of tests ended; `slow` when it was ended for taking too long. */
export type Verdict = 'green' | 'red' | 'slow'

/**
 * Runs test files of a copy of the repository, each property test with the same seed.
 *
 * @param root the copy
 * @param files test files, relative to it, in the order to run
 * @param options where to write what V8 counted, and the most seconds that it may take
 */
export function runTests(
  root: string,
  files: readonly string[],
  options: { readonly coverage?: string | undefined; readonly seconds: number },
): { readonly verdict: Verdict; readonly output: string } {
  const { coverage, seconds } = options
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--runInBand',
      '--runTestsByPath',
      `--testSequencer=${join(root, 'tooling/mutation/src/in-order.mjs')}`,
      ...(coverage === undefined ? ['--bail'] : []),
      ...files,
    ],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: Math.round(seconds * 1000),
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        CLAIMS_TESTS_ORDER: files.map((file) => join(root, file)).join('\n'),
        CLAIMS_TESTS_SEED: '1',
        CLAIMS_TESTS_KIND: '',
        CLAIMS_TESTS_INSTALL: '',
        CLAIMS_TESTS_COVERAGE: coverage ?? '',
        CLAIMS_THREADS: '1',
      },
    },
  )
  const output = run.stdout + run.stderr
  if (run.signal === 'SIGKILL') return { verdict: 'slow', output }
  return { verdict: run.status === 0 ? 'green' : 'red', output }
}
