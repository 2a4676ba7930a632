import type { Router } from 'express'
import type { BodyReader } from './body/body-reader.ts'
import type { ErrorFormat } from './http/error-format.ts'
import type { ModelHolder } from './model-holder.ts'
import type { ScoringService } from './scoring/scoring-service.ts'

/** What the routes of a protocol work with. */
export interface ApiServices {
  readonly holder: ModelHolder
  readonly scoring: ScoringService
  readonly bodies: BodyReader
}

/** A protocol beside the product's own: its routes below one path, and how an error looks there. */
export interface Protocol {
  /** Begins with `/`, such as `/v2`. Every error below it has the protocol's form, that of the guard and 404 too. */
  readonly path: `/${string}`
  readonly formatError: ErrorFormat
  /** Called once. Use `mount` for each path. */
  readonly routes: (services: ApiServices) => Router
}
