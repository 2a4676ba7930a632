import { expect, test } from '@jest/globals'
import { describeUnless } from '@claims/servers/describe-unless'
import { findPostgres } from '@claims/servers/postgres'
import { describeInstalled } from './servers/describe-servers.ts'
import { readRules, triedServers } from './server-rules/rules.ts'
import { withServer } from './server-rules/tried-servers.ts'
import { tryValues } from './server-rules/try-values.ts'

/** What is tried again; `write-server-rules.ts` tries everything. */
const rows = new Set([
  'runs.logBatch: metric name',
  'runs.logBatch: metric step',
  'runs.logBatch: metric timestamp',
  'runs.logBatch: metric value',
  'runs.create: run name',
  'runs.update: end time',
  'experiments.create: experiment name',
  'registeredModels.create: registered model name',
])

for (const name of triedServers) {
  const body = (): void => {
    test('the rules are what server-rules.json says', async () => {
      const outcomes = await withServer(name, ({ trackingUri, version }) =>
        tryValues(trackingUri, version, rows),
      )
      const written = Object.entries(readRules()[name]).filter(([row]) => rows.has(row))
      expect(outcomes).toEqual(Object.fromEntries(written))
    }, 170_000)
  }
  const title = `rules of MLflow ${name}`
  if (name !== '3.17.0 with PostgreSQL') describeInstalled(title, name, body)
  else {
    const missing = findPostgres() === undefined ? 'PostgreSQL is missing' : undefined
    describeUnless(missing, title, () => describeInstalled('on its server', '3.17.0', body))
  }
}
