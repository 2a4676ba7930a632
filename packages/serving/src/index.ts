export { silentLogger, type Logger } from './logger.ts'
export { createMetrics, type ApiMetrics } from './metrics.ts'
export {
  ModelHolder,
  type ModelHolderOptions,
  type ModelLease,
  type ModelSource,
  type ServedModel,
} from './model-holder.ts'
export { claimJsonSchema, type JsonSchema } from './claim-json-schema.ts'
export { exampleClaim, type ExampleClaim } from './example-claim.ts'
export { buildOpenApi, type OpenApiDocument } from './openapi/build-openapi.ts'
export type { ApiLimits } from './routes/predict.ts'
export { createApi, defaultLimits, type ApiOptions } from './create-api.ts'
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts'
export type { UnknownFields } from './scoring/check-fields.ts'
export { ScoringThread, type ScoringThreadOptions } from './scoring/scoring-thread.ts'
export type { CatalogModule, ThreadSettings } from './scoring/thread-messages.ts'
export { followRegistry, type FollowOptions } from './follow-registry.ts'
