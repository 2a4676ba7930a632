import { writeFileSync } from 'node:fs'
import { classifierDefinitions } from '@claims/models'
import { train } from '@claims/pipeline'
import { threads, library } from './config.ts'

/**
 * Trains on argv[2] as `claims train --label argv[3] --id argv[4]` does, into argv[5]; prints seconds, processor time,
 * stages and test AUC as JSON. The numbers of the test rows go to argv[6], so that the peer tests on the same rows.
 */
const [data = '', label = '', id = '', out = '', rows = ''] = process.argv.slice(2)
const from = performance.now()
const { evaluation, testRows } = await train({
  data,
  by: { hints: { label, id } },
  out,
  seed: 42,
  threads,
  catalog: classifierDefinitions({ xgboostLibrary: library }),
})
const seconds = (performance.now() - from) / 1000
writeFileSync(rows, testRows)
const { user, system } = process.cpuUsage()
process.stdout.write(
  JSON.stringify({
    seconds,
    processor_seconds: (user + system) / 1e6,
    stages: evaluation.timings_seconds,
    roc_auc: evaluation.test.metrics.roc_auc.value,
  }),
)
