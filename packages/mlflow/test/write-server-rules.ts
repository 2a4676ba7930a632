import { writeFileSync } from 'node:fs'
import { readRules, rulesFile, triedServers, type Outcomes } from './server-rules/rules.ts'
import { withServer } from './server-rules/tried-servers.ts'
import { tryValues } from './server-rules/try-values.ts'

// Run, in about five minutes, and then Prettier on the file; with names of rows, only those are tried again:
// node --conditions=@claims/source packages/mlflow/test/write-server-rules.ts ['runs.logBatch: metric name']
const only = process.argv.length > 2 ? new Set(process.argv.slice(2)) : undefined
const rules: Record<string, Outcomes> = only ? { ...readRules() } : {}
for (const name of triedServers) {
  const tried = await withServer(name, ({ trackingUri, version }) => tryValues(trackingUri, version, only))
  rules[name] = { ...rules[name], ...tried }
}
writeFileSync(rulesFile, `${JSON.stringify(rules, null, 2)}\n`)
