import type { OpenRegistry } from '@claims/registry'
import { problemOf, type RegistrySource } from '@claims/serving'
import { artifactsPlace } from './artifacts-place.ts'
import type { Environment } from './settings.ts'

/** What is said of a registry that is served from. */
export interface SourceFacts {
  /** NAME, NAME@ALIAS or NAME@VERSION. */
  readonly reference: string
  readonly follows: boolean
  readonly environment: Environment
  /** Absent where the caller brought a registry, whose place is not known. */
  readonly opened?: OpenRegistry | undefined
  readonly artifactsUri?: string | undefined
}

/**
 * What `/health` says of the registry now. Addresses have no password, and production tells no path of its machine.
 *
 * @param facts that do not change while it serves
 */
export function describeSource(facts: SourceFacts): RegistrySource {
  const { reference, follows, environment, opened, artifactsUri } = facts
  const paths = environment !== 'production'
  const shown = { kind: 'registry' as const, reference, follows }
  if (opened === undefined || artifactsUri === undefined) return { ...shown, database: null, artifacts: null }
  const { database, schema, watch } = opened
  const { failure, lastLook, method } = watch.state
  const artifacts = artifactsPlace(artifactsUri)
  return {
    ...shown,
    ...(follows && { status: failure === null ? ('up' as const) : ('down' as const) }),
    database: {
      kind: database.kind,
      ...((paths || database.kind !== 'sqlite') && { place: database.place }),
      schema_version: watch.schemaVersion ?? schema.version,
      schema_known: schema.newest,
    },
    artifacts: {
      kind: artifacts.kind,
      ...((paths || artifacts.kind !== 'directory') && { place: artifacts.place }),
    },
    ...(follows && { noticed_by: method, last_look: lastLook?.toISOString() ?? null }),
    ...(follows && failure !== null && { last_failure: failure.code, last_problem: problemOf(failure) }),
  }
}
