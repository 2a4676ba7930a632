/**
 * How many bytes a bundle has, as its manifest states: its own and those of every file. It reads manifests of any format.
 *
 * @param manifest content of `manifest.json`
 * @returns 0 where that is no manifest
 * @example
 * statedBytes(await bundle.read('manifest.json')) // 48213
 */
export function statedBytes(manifest: Uint8Array): number {
  const files = listedFiles(manifest)
  if (files === null) return 0
  let bytes = manifest.length
  for (const digest of Object.values(files) as unknown[]) {
    if (typeof digest !== 'object' || digest === null || !('bytes' in digest)) continue
    if (typeof digest.bytes === 'number') bytes += digest.bytes
  }
  return bytes
}

function listedFiles(manifest: Uint8Array): object | null {
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(manifest))
    if (typeof content !== 'object' || content === null || !('files' in content)) return null
    return typeof content.files === 'object' ? content.files : null
  } catch {
    return null
  }
}
