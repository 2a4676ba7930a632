import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { temporaryFolder, type Folder } from './claims-command.ts'
import { runInProcess, type Ran } from './run-in-process.ts'

let folder: Folder
const run = (...args: readonly string[]): Promise<Ran> => runInProcess(folder.at('state'), ...args)
const at = (name: string): string => folder.at(name)

beforeAll(async () => {
  folder = await temporaryFolder()
  for (const [file, seed] of [
    ['claims.csv', '4'],
    ['later.csv', '5'],
  ] as const)
    await run('generate', '--rows', '500', '--seed', seed, '--out', at(file), '--quiet')
  for (const seed of ['1', '2']) {
    const ran = await run(
      ...['train', '--blueprint', 'claims', '--data', at('claims.csv'), '--out', at(`bundle-${seed}`)],
      ...['--models', 'logistic_regression', '--folds', '2', '--seed', seed, '--register', 'demo', '--quiet'],
    )
    expect(ran).toMatchObject({ code: 0, stderr: '' })
  }
}, 180_000)
afterAll(() => folder[Symbol.asyncDispose]())

interface Compared {
  readonly a: { readonly name: string }
  readonly compared_on: { readonly kind: string; readonly compared: number }
  readonly paired: { readonly rows: number; readonly metrics: Record<string, { difference: number }> } | null
}
const documentOf = ({ stdout }: Ran): Compared => JSON.parse(stdout) as Compared

describe('claims models compare', () => {
  test('versions, aliases and directories, on the test rows of both and on a file', async () => {
    const versions = await run('models', 'compare', 'demo@1', 'demo@2', '--json')
    const compared = documentOf(versions)
    expect(versions.code).toBe(0)
    expect(compared.a.name).toBe('demo@1')
    expect(compared.compared_on.kind).toBe('test_rows')
    expect(compared.paired?.rows).toBe(compared.compared_on.compared)
    const directories = documentOf(await run('models', 'compare', at('bundle-1'), at('bundle-2'), '--json'))
    expect(directories.paired?.metrics).toEqual(compared.paired?.metrics)
    const file = documentOf(
      await run('models', 'compare', 'demo@1', at('bundle-2'), '--data', at('later.csv'), '--json'),
    )
    expect(file.compared_on).toMatchObject({ kind: 'file', source: 'later.csv', rows: 500 })
    expect(file.paired?.rows).toBeGreaterThan(400)
  })

  test('people read one screen with the difference, and what stands unpaired and why', async () => {
    const { code, stdout } = await run('models', 'compare', 'demo@1', 'demo@2')
    expect(code).toBe(0)
    expect(stdout).toMatch(/compared on +\d+ rows that both were tested on and neither was fitted on/)
    expect(stdout).toMatch(/demo@1: \d+ of \d+ test rows; demo@2 was fitted on \d+/)
    expect(stdout).toMatch(/roc auc +0\.\d{3} .* p = 0\.\d{3}/)
    expect(stdout.split('\n').length).toBeLessThan(60)
    const same = await run('models', 'compare', 'demo@1', 'demo@1')
    expect(same.stdout).toContain('demo@1 (1) and demo@1 (2) say the same of every row.')
    expect(same.stdout).toContain('0.0000 (0.0000 to 0.0000, p = 1.000)')
  })

  test.each([
    [['demo@1', 'demo@9'], 'unknown_version'],
    [['demo@1', 'absent'], 'unknown_model'],
    [['demo@1', './absent'], 'file_not_found'],
  ])('%j is refused', async (names, code) => {
    const ran = await run('models', 'compare', ...names)
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(code)
  })
})

test('claims models lineage prints a chart, or the graph', async () => {
  const chart = await run('models', 'lineage', 'demo@1')
  expect(chart.code).toBe(0)
  expect(chart.stdout).toMatch(/^flowchart LR\n {2}n0\[\("claims\.csv, 500 rows"\)\]\n/)
  expect(chart.stdout).toContain('>"1 register"]')
  const graph = await run('models', 'lineage', 'demo@1', '--json')
  const printed = await run('models', 'lineage', 'demo@1', '--format', 'json')
  expect(JSON.parse(graph.stdout)).toEqual(JSON.parse(printed.stdout))
  expect(JSON.parse(graph.stdout)).toMatchObject({ format_version: 1, model: 'demo', version: '1' })
})
