import { setTimeout as sleep } from 'node:timers/promises'
import { MlflowClient } from '../../src/index.ts'

/** Ends in the way that its third argument says while a run is active; prints the run's id before. */
const [trackingUri = '', experimentId = '', how = ''] = process.argv.slice(2)

if (how === 'handled')
  process.once('SIGTERM', () => {
    process.exit(3)
  })
const mlflow = new MlflowClient({ trackingUri })
await mlflow.withRun({ experimentId }, async (run) => {
  process.stdout.write(`${run.runId ?? ''}\n`)
  await run.logMetrics({ loss: 1 })
  await run.flush()
  if (how === 'exit') process.exit(7)
  if (how === 'idle') await new Promise(() => undefined)
  process.kill(process.pid, how === 'handled' ? 'SIGTERM' : how)
  await sleep(20_000)
})
