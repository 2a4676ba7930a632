import { MlflowClient } from '../../src/index.ts'

/** Logs one point after another until it is killed; prints the step of each that is kept. */
const [trackingUri = '', spool = '', experimentName = ''] = process.argv.slice(2)

const mlflow = new MlflowClient({ trackingUri, spool, retries: 0 })
await mlflow.withRun({ experimentName }, async (run) => {
  for (let step = 0; ; step += 1) {
    await run.logMetrics({ loss: step }, { step })
    process.stdout.write(`${step}\n`)
  }
})
