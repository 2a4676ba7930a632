import { startApi } from '@claims/api'
import { library } from './config.ts'

/** The api with the bundle named by the first argument. Prints its address. */
const api = await startApi({
  bundle: process.argv[2] ?? '',
  host: '127.0.0.1',
  port: 0,
  environment: 'development',
  logLevel: 'silent',
  threads: 1,
  xgboostLibrary: library,
})
process.stdout.write(`${api.url}\n`)
process.once('SIGTERM', () => void api.close())
