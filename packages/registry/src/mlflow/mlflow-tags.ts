/** Tags of a model version by which it is known again. */
export const versionTags: { readonly version: string; readonly manifestSha256: string } = Object.freeze({
  /** Version of this product's registry. */
  version: 'claims.version',
  /** SHA-256 of the bundle's manifest. */
  manifestSha256: 'claims.manifest_sha256',
})

/** A tag's value; undefined where there is none. */
export function tagOf(
  tags: readonly { readonly key: string; readonly value: string }[],
  key: string,
): string | undefined {
  return tags.find((tag) => tag.key === key)?.value
}
