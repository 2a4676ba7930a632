import { readFileSync, writeFileSync } from 'node:fs'
import { parseBlueprint } from '@claims/contracts'
import { classifierDefinitions } from '@claims/models'
import { train } from '@claims/pipeline'
import { threads, library } from './config.ts'

/**
 * Trains on argv[2] by the blueprint file argv[3] into argv[4]; prints seconds and peak memory as JSON. The numbers of
 * the test rows go to argv[5], so that the peer tests on the same rows.
 */
const [data = '', blueprint = '', out = '', rows = ''] = process.argv.slice(2)
const from = performance.now()
const { evaluation, testRows } = await train({
  data,
  by: { blueprint: parseBlueprint(JSON.parse(readFileSync(blueprint, 'utf8'))) },
  out,
  seed: 42,
  threads,
  catalog: classifierDefinitions({ xgboostLibrary: library }),
})
const seconds = (performance.now() - from) / 1000
writeFileSync(rows, testRows)
process.stdout.write(
  JSON.stringify({
    seconds,
    peak_bytes: process.resourceUsage().maxRSS * 1024,
    timings: evaluation.timings_seconds,
  }),
)
