import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuns } from '../src/ran-ranges.ts'
import { summarizeFile } from '../src/summarize.ts'

const text = `const word: string | undefined = process.argv[2]
if (word === 'a') {
  console.log('a')
} else if (word === 'b') {
  console.log('b')
} else {
  console.log('neither')
}
`
let root: string
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'coverage-')))
  await mkdir(join(root, 'packages/p/src'), { recursive: true })
  await writeFile(join(root, 'packages/p/src/program.ts'), text)
  for (const word of ['a', 'b']) {
    const run = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'packages/p/src/program.ts'), word],
      { env: { NODE_V8_COVERAGE: join(root, 'coverage/programs') }, encoding: 'utf8' },
    )
    expect(run.stdout).toBe(`${word}\n`)
  }
})
afterAll(() => rm(root, { recursive: true }))

test('what several programs ran is added up, line by line of the TypeScript', async () => {
  const path = 'packages/p/src/program.ts'
  const runs = readRuns(root, join(root, 'coverage'))
  expect([...runs.keys()]).toEqual([path])
  const source = await readFile(join(root, path), 'utf8')
  expect(summarizeFile(path, source, runs.get(path))).toEqual({
    path,
    lines: { total: 6, covered: 5 },
    branches: { total: 4, covered: 3 },
    missed: [7],
  })
})
