export { startApi, type RunningApi, type StartApiOptions } from './start-api.ts'
export { readConfig, readServingSettings, type ApiConfig, type ServingSettings } from './config.ts'
export type { Environment as ApiEnvironment, LogLevel } from './settings.ts'
