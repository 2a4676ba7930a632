import { pino, type Logger } from 'pino'
import type { LogLevel } from './settings.ts'

const standardError = 2

/** Fields that are never written, wherever a caller may put them. */
const secretFields = ['authorization', 'cookie', 'password', 'secret', 'token', 'api_key']

/**
 * JSON lines on standard error, with secrets masked.
 *
 * @param level lowest level that is written
 */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { service: 'claims-api' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    },
    pino.destination({ fd: standardError, sync: true }),
  )
}
