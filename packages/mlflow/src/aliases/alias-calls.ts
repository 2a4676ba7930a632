import type { CallOptions } from '../http/transport.ts'

/** Of a registered model, what a change of an alias looks at. */
export interface AliasedModel {
  readonly aliases: readonly { readonly alias: string; readonly version: string }[]
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** The calls that a change of an alias makes; the client's `registeredModels` has them. */
export interface AliasCalls {
  get(request: { name: string }, options?: CallOptions): Promise<AliasedModel>
  setAlias(request: { name: string; alias: string; version: string }, options?: CallOptions): Promise<void>
  setTag(request: { name: string; key: string; value: string }, options?: CallOptions): Promise<void>
  deleteTag(request: { name: string; key: string }, options?: CallOptions): Promise<void>
}
