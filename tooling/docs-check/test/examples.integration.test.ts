import { afterAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { documents, examplesOf, writeExamples } from '../src/examples.ts'
import { root } from '../src/repository.ts'

const examples = documents().flatMap(examplesOf)
const directory = writeExamples(examples)

function typeCheck(path: string): { status: number | null; stdout: string; stderr: string } {
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc')
  return spawnSync(process.execPath, [tsc, '-p', path, '--pretty', 'false'], { cwd: path, encoding: 'utf8' })
}

afterAll(() => {
  directory[Symbol.dispose]()
})

describe('TypeScript examples in documents', () => {
  test('there are some', () => {
    expect(examples.map((example) => example.place)).not.toEqual([])
  })

  test('all of them type-check', () => {
    const run = typeCheck(directory.path)
    const output = run.stdout.replace(
      /^(\d+)\/example\.ts/gm,
      (_, i: string) => `${examples[Number(i)]?.place ?? ''} example`,
    )
    expect(output + run.stderr).toBe('')
    expect(run.status).toBe(0)
  })

  test('one that is wrong would not type-check', () => {
    using wrong = writeExamples([
      {
        place: 'here',
        text: "import { Frame } from '@claims/frame'\nconst rows: string = Frame.fromColumns({}).rows\n",
        runs: false,
      },
    ])
    const run = typeCheck(wrong.path)
    expect(run.stdout).toContain("Type 'number' is not assignable to type 'string'")
    expect(run.status).not.toBe(0)
  })

  test.each(examples.map((example, i) => ({ ...example, i })).filter((example) => example.runs))(
    '$place runs',
    ({ i }) => {
      const file = directory.files[i] ?? ''
      const run = spawnSync(
        process.execPath,
        [
          '--conditions=@claims/source',
          '--disable-warning=ExperimentalWarning',
          relative(dirname(file), file),
        ],
        { cwd: dirname(file), encoding: 'utf8', timeout: 55_000 },
      )
      if (run.status !== 0) throw new Error(`ended with ${String(run.status ?? run.signal)}\n${run.stderr}`)
    },
  )
})
