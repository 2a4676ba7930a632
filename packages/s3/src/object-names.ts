/** Name of the object that holds a bundle's manifest, and by that the bundle. */
export function bundleObject(hash: string): string {
  return `bundles/${requireSha256(hash)}`
}

/** Name of the object that holds a file, of whichever bundles. */
export function fileObject(hash: string): string {
  return `files/${requireSha256(hash)}`
}

function requireSha256(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError(`${hash} is no SHA-256`)
  return hash
}
