export { startApi, type RunningApi, type StartApiOptions } from './start-api.ts'
export { readConfig, type ApiConfig, type ApiEnvironment, type LogLevel } from './config.ts'
