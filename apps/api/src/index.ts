export { startApi, type RunningApi, type StartApiOptions } from './start-api.ts'
export {
  readConfig,
  readServingSettings,
  type ApiConfig,
  type ApiEnvironment,
  type LogLevel,
  type ServingSettings,
} from './config.ts'
