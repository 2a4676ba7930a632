#!/usr/bin/env node
import { toClaimsError } from '@claims/contracts'
import { readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { startApi } from './start-api.ts'

/** Exit code of a second interrupt, as shells give it. */
const interrupted = 130

async function main(): Promise<void> {
  const config = readConfig()
  const api = await startApi({ ...config, logger: createLogger(config.logLevel) })
  let closing = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(interrupted)
      closing = true
      api.close().then(() => process.exit(0), fail)
    })
  }
}

function fail(thrown: unknown): void {
  const error = toClaimsError(thrown)
  const { code, problems, message } = error
  createLogger('info').fatal(
    { code, problems, ...(code === 'internal' ? { err: error.cause } : {}) },
    message,
  )
  process.exit(error.entry.exitCode)
}

main().catch(fail)
