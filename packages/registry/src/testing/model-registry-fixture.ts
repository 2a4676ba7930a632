import type { ModelRegistry } from '../model-registry.ts'

/** What an implementation gives the suite. */
export interface ModelRegistryFixture {
  readonly registry: ModelRegistry
  /** A second client of the same registry, as another process would have it. */
  readonly other: ModelRegistry
  readonly dispose?: () => Promise<void>
}
