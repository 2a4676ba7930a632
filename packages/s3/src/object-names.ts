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

/** Name of the object that says that a removal is under way. */
export const removalObject = 'removal'

/** The hash that a name states; null where it is no name of the store. */
export function hashOf(name: string, folder: 'bundles' | 'files'): string | null {
  const hash = name.slice(folder.length + 1)
  return name === `${folder}/${hash}` && /^[0-9a-f]{64}$/.test(hash) ? hash : null
}
