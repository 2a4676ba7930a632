/** Tags of a model version by which it is known again. */
export const versionTags: { readonly version: string; readonly manifestSha256: string } = Object.freeze({
  /** Version of this product's registry. */
  version: 'claims.version',
  /** SHA-256 of the bundle's manifest. */
  manifestSha256: 'claims.manifest_sha256',
})

/** Tags of a registered model. */
export const modelTags: {
  readonly model: string
  readonly position: string
  readonly sha256: string
} = Object.freeze({
  /** Name in this product's registry, by which a model is found that was renamed. */
  model: 'claims.model',
  /** How many entries of the history are mirrored. */
  position: 'claims.history_position',
  /** SHA-256 of the last of them; where the two differ, this one counts. */
  sha256: 'claims.history_sha256',
})

/** How the key of the tag begins that says why an alias is where it is. */
export const aliasTagPrefix = 'claims.alias.'

/** A tag's value; undefined where there is none. */
export function tagOf(
  tags: readonly { readonly key: string; readonly value: string }[],
  key: string,
): string | undefined {
  return tags.find((tag) => tag.key === key)?.value
}
