import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { claims } from '@claims/blueprints'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { classifierDefinitions } from '@claims/models'
import { train } from '@claims/pipeline'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { library, python, threads } from './config.ts'
import { fremtpl2 } from './fremtpl2.ts'
import { largeTraining } from './large-training.ts'
import { http } from './http.ts'
import { ledger } from './ledger.ts'
import { tableOf, type Measurement } from './measurement.ts'
import { registryPromotion } from './registry-promotion.ts'
import { scoreInProcess } from './score-in-process.ts'
import { startUp } from './start-up.ts'
import { versions } from './versions.ts'

/** Runs every measurement, prints a table, and writes results/bench.json. Arguments name the parts to run; all without. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const parts = new Set(process.argv.slice(2))
const wanted = (part: string): boolean => parts.size === 0 || parts.has(part)
const measurements: Measurement[] = []
const catalog = classifierDefinitions({ xgboostLibrary: library })
const directory = mkdtempSync(join(tmpdir(), 'claims-bench-'))
try {
  if (wanted('start')) measurements.push(...startUp())
  if (wanted('registry')) measurements.push(...(await registryPromotion()))
  if (wanted('score') || wanted('http')) {
    const data = join(directory, 'claims.csv')
    const bundle = join(directory, 'bundle')
    await writeClaims(data, generateClaims({ rows: 20_000, seed: 42 }))
    await train({
      data,
      by: {
        blueprint: { ...claims, candidates: claims.candidates.filter(({ kind }) => kind === 'xgboost') },
      },
      out: bundle,
      seed: 42,
      threads,
      catalog,
    })
    const { frame } = generateClaims({ rows: 500, seed: 43 })
    const records = frame
      .toRows()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).filter(([name, value]) => value !== null && name !== claims.label.column),
        ),
      )
    if (wanted('score')) {
      const scorer = await loadScorer(await openBundle(bundle), { threads: 1, catalog })
      measurements.push(...scoreInProcess(scorer, records))
      scorer.dispose()
    }
    if (wanted('http')) measurements.push(...(await http(bundle, records[0] ?? {})))
  }
  if (wanted('ledger')) measurements.push(...(await ledger(directory)))
  if (wanted('versions')) measurements.push(...(await versions(directory)))
  const large = here('../../../../shared/data/fremtpl2/freMTPL2freq.csv.gz')
  if (wanted('fremtpl2') && existsSync(large)) {
    measurements.push(
      ...fremtpl2({ data: large, python, threads, rounds: 3, ...(library === undefined ? {} : { library }) }),
    )
  }
  if (wanted('train') && existsSync(large))
    measurements.push(...(await largeTraining({ data: large, python, threads, rounds: 3, library })))
  if ((wanted('fremtpl2') || wanted('train')) && !existsSync(large))
    process.stderr.write(`freMTPL2 is not there: ${large}\n`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
const document = {
  created_at: new Date().toISOString(),
  machine: {
    processors: cpus().length,
    model: cpus()[0]?.model,
    memory_gib: Math.round(totalmem() / 2 ** 30),
  },
  node: process.version,
  measurements,
}
mkdirSync(here('../results'), { recursive: true })
writeFileSync(here('../results/bench.json'), `${JSON.stringify(document, null, 2)}\n`)
process.stdout.write(`${tableOf(measurements)}\n`)
for (const { name, note } of measurements) if (note !== undefined) process.stdout.write(`${name}: ${note}\n`)
process.exitCode = measurements.every(({ passed }) => passed) ? 0 : 1
