import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseBlueprint } from '@claims/contracts'
import { openBundle } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { scoreFile, train } from '../../src/index.ts'

// Freezes what the product of today writes: FOLDER holds blueprint.json, claims.csv and to-score.csv and gets
// bundle/ and expected-scores.csv. Run it in a new folder before a format changes, and never in one that is committed:
// node --conditions=@claims/source packages/pipeline/test/bundles/freeze.ts FOLDER [DAY OF THE LABELS]
const folder = resolve(process.argv[2] ?? '.')
const at = (name: string): string => join(folder, name)
const asOf = process.argv[3] === undefined ? undefined : new Date(process.argv[3])
process.chdir(folder)
await train({
  data: 'claims.csv',
  by: { blueprint: parseBlueprint(JSON.parse(await readFile(at('blueprint.json'), 'utf8'))) },
  out: at('bundle'),
  seed: 7,
  threads: 1,
  asOf,
})
const scorer = await loadScorer(await openBundle(at('bundle')), { threads: 1 })
const scored = await scoreFile(scorer, {
  data: at('to-score.csv'),
  out: at('expected-scores.csv'),
  reasons: 2,
})
scorer.dispose()
process.stdout.write(`${JSON.stringify(scored)}\n`)
