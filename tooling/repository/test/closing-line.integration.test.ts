import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')
let directory: string

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'closing-line-')))
  await writeFile(join(directory, 'package.json'), '{}')
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

/** Runs the given test files with Jest and the reporter; gives the exit code and the last line of the output. */
async function closing(
  files: Readonly<Record<string, string>>,
): Promise<{ status: number | null; last: string }> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const config = { reporters: ['default', join(repository, 'tooling/jest/closing-line.mjs')], transform: {} }
  const jest = join(repository, 'node_modules/jest/bin/jest.js')
  const run = spawnSync(
    'bash',
    ['-c', '"$@" 2>&1', 'bash', process.execPath, jest, '-i', '--config', JSON.stringify(config)],
    { cwd: directory, encoding: 'utf8' },
  )
  return { status: run.status, last: run.stdout.trimEnd().split('\n').at(-1) ?? '' }
}

describe('the closing line of a test run', () => {
  test('counts what passed, and comes last', async () => {
    expect(await closing({ 'a.test.js': "test('a', () => {})\ntest('b', () => {})\n" })).toEqual({
      status: 0,
      last: '2 passed, 0 failed',
    })
  })

  test('counts failures, skipped tests, and files that do not load', async () => {
    expect(
      await closing({
        'a.test.js':
          "test('a', () => {})\ntest('b', () => { throw new Error('no') })\ntest.skip('c', () => {})\n",
        'b.test.js': "require('./nothing')\n",
      }),
    ).toEqual({ status: 1, last: '1 passed, 2 failed, 1 skipped' })
  })
})
