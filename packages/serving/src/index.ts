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
export { defaultLimits, type ApiLimits } from './api-limits.ts'
export { createApi, type ApiOptions } from './create-api.ts'
export type { ApiServices, Protocol } from './protocol.ts'
export type { BodyReader, HeldBody } from './body/body-reader.ts'
export type { ErrorFormat, FormattedError } from './http/error-format.ts'
export { mount, type Methods } from './http/mount.ts'
export { sendJson, sendText } from './http/send.ts'
export type { ApiResponse } from './http/request-context.ts'
export type { ScoredClaim, ScoringRules } from './scoring/score-claims.ts'
export type { ScoredClaims, ScoringContext, ScoringService } from './scoring/scoring-service.ts'
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts'
export type { UnknownFields } from './scoring/check-fields.ts'
export { ScoringThread, type ScoringThreadOptions } from './scoring/scoring-thread.ts'
export type { CatalogModule, ThreadSettings } from './scoring/thread-messages.ts'
export {
  followModel,
  followRegistry,
  type FollowedModel,
  type FollowModelOptions,
  type FollowOptions,
} from './follow-registry.ts'
export { problemOf } from './problem-of.ts'
export type { BundleSource, MlflowSource, RegistrySource, SourceStatus } from './source-status.ts'
