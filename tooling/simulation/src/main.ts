import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateClaims } from '@claims/ingestion'
import { summarize, tableOf } from './summary.ts'
import { simulateWorld, splitKinds, type WorldResult } from './world.ts'

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '100' },
    rows: { type: 'string', default: '4000' },
    fresh: { type: 'string', default: '100000' },
    out: { type: 'string', default: 'simulation.jsonl' },
    first: { type: 'string', default: '1' },
    models: { type: 'string' },
  },
})

/** Worlds that an earlier run made are kept, so that a run that was stopped goes on. */
async function known(path: string): Promise<WorldResult[]> {
  try {
    const text = await readFile(path, 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WorldResult)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Seeds of fresh claims are those of the worlds and this. */
const freshSeeds = 1_000_000

const results = await known(values.out)
const folder = await mkdtemp(join(tmpdir(), 'claims-simulation-'))
const first = Number(values.first)
try {
  for (let seed = first; seed < first + Number(values.worlds); seed++) {
    const fresh = generateClaims({ rows: Number(values.fresh), seed: seed + freshSeeds })
    for (const kind of splitKinds) {
      if (results.some((each) => each.kind === kind && each.seed === seed)) continue
      const made = await simulateWorld({
        kind,
        seed,
        rows: Number(values.rows),
        fresh,
        folder,
        models: values.models?.split(','),
      })
      results.push(made)
      await appendFile(values.out, `${JSON.stringify(made)}\n`)
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
for (const kind of splitKinds) {
  const of = results.filter((each) => each.kind === kind)
  if (of.length > 1) process.stdout.write(`\n${kind}\n\n${tableOf(summarize(of))}\n`)
}
