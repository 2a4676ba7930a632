import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isListed, readCosmetic } from './cosmetic.ts'
import { readCoveringTests, type CoveringTest } from './covering-tests.ts'
import { copyHouse } from './house-copy.ts'
import { mutantsOf, type Mutant } from './mutants.ts'
import { runTests } from './run-tests.ts'
import { drawSample } from './sample.ts'

const measured = [
  'frame',
  'ingestion',
  'validation',
  'preprocessing',
  'features',
  'leakage',
  'models',
  'scoring',
  'evaluation',
]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Mutants of each package; all of them where absent, which takes hours. */
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Only sources whose path holds this. */
    only: { type: 'string' },
    /** Killed per hundred that each package needs. */
    least: { type: 'string', default: '0' },
    /** Where the results are written. */
    out: { type: 'string' },
  },
})

interface Tried extends Mutant {
  readonly path: string
  readonly end_of_run: 'killed' | 'survived' | 'uncovered' | 'cosmetic'
}

const root = resolve(import.meta.dirname, '../../..')
const packages = readdirSync(join(root, 'packages'))
const chosen = positionals.length > 0 ? positionals : measured.filter((name) => packages.includes(name))
const cosmetic = readCosmetic()
const all: Tried[] = []
using house = copyHouse(root)
for (const name of chosen) all.push(...tryPackage(name))
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(all, null, 2)}\n`)

function tryPackage(name: string): Tried[] {
  const folder = `packages/${name}`
  const tests = readdirSync(join(house.root, folder, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.performance.test.ts'))
    .map((file) => `${folder}/test/${file}`)
  const counts = mkdtempSync(join(tmpdir(), 'claims-mutation-counts-'))
  try {
    const before = runTests(house.root, tests, { coverage: counts, seconds: 1800 })
    if (before.verdict !== 'green')
      throw new Error(`the tests of ${name} are not green:\n${before.output.slice(-4000)}`)
    const covering = readCoveringTests(house.root, counts)
    const places = readdirSync(join(house.root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('testing/'))
      .map((file) => `${folder}/src/${file}`)
      .filter((path) => values.only === undefined || path.includes(values.only))
      .sort()
      .flatMap((path) =>
        mutantsOf(readFileSync(join(house.root, path), 'utf8')).map((mutant) => ({ path, mutant })),
      )
    const sample = drawSample(places, {
      size: values.sample === undefined ? undefined : Number(values.sample),
      seed: Number(values.seed),
    })
    const tried = sample.map(({ path, mutant }) => {
      const one = tryMutant(path, mutant, covering.of(path, mutant.start))
      if (one.end_of_run !== 'killed')
        console.log(`  ${one.end_of_run} ${path}:${String(mutant.line)} ${mutant.change}`)
      return one
    })
    summarize(name, tried)
    return tried
  } finally {
    rmSync(counts, { recursive: true, force: true })
  }
}

function tryMutant(path: string, mutant: Mutant, tests: readonly CoveringTest[]): Tried {
  const file = join(house.root, path)
  const text = readFileSync(file, 'utf8')
  const line = text.split('\n')[mutant.line - 1] ?? ''
  if (isListed(cosmetic, { path, line, change: mutant.change }))
    return { ...mutant, path, end_of_run: 'cosmetic' }
  if (tests.length === 0) return { ...mutant, path, end_of_run: 'uncovered' }
  writeFileSync(file, text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end))
  try {
    const milliseconds = tests.reduce((sum, each) => sum + each.milliseconds, 0)
    const { verdict } = runTests(
      house.root,
      tests.map(({ test }) => test),
      { seconds: 60 + (5 * milliseconds) / 1000 },
    )
    return { ...mutant, path, end_of_run: verdict === 'green' ? 'survived' : 'killed' }
  } finally {
    writeFileSync(file, text)
  }
}

function summarize(name: string, tried: readonly Tried[]): void {
  const counted = tried.filter((each) => each.end_of_run !== 'cosmetic')
  const killed = counted.filter((each) => each.end_of_run === 'killed').length
  const share = counted.length === 0 ? 100 : (100 * killed) / counted.length
  console.log(
    `${name}: ${String(killed)} of ${String(counted.length)} killed (${share.toFixed(0)} %), ${String(tried.length - counted.length)} cosmetic`,
  )
  if (share < Number(values.least)) process.exitCode = 1
}
