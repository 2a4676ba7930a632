import { expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const property = 'tooling/repository/test/a-property-that-fails.test.ts'

/** What the property of this folder that always fails says of its seed, with the repository's own configuration. */
function failure(seed: string): string {
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '-i',
      property,
    ],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, CLAIMS_TESTS_SEED: seed, CLAIMS_TESTS_KIND: '', CLAIMS_TESTS_FAIL: 'yes' },
    },
  )
  expect(run.status).toBe(1)
  return /\{ seed: -?\d+, path: "[\d:]+"/.exec(run.stderr)?.[0] ?? run.stderr
}

test('a stated seed is the one that every property draws from; a failure prints seed and path', () => {
  expect(failure('17')).toMatch(/^\{ seed: 17, path: /)
  expect(failure('18')).toMatch(/^\{ seed: 18, path: /)
})

test('without one, two runs draw differently', () => {
  const [first, second] = [failure(''), failure('')]
  expect(first).toMatch(/^\{ seed: /)
  expect(second).not.toBe(first)
})
