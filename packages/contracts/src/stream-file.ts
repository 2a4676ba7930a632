import type { BundleFiles } from './bundle-files.ts'

/**
 * A file of a bundle in pieces, of any bundle: one that cannot stream hands out the file as one piece.
 *
 * @param bundle its files
 * @param name of the file
 * @returns pieces in order, each the caller's until it asks for the next; whether they are what the manifest states is
 *   known when the iteration has ended, so that nothing counts before
 * @throws ClaimsError `file_not_found`, `damaged_bundle`, as `BundleFiles` says
 * @example
 * for await (const piece of streamFile(bundle, 'training-rows.bin')) hash.update(piece)
 */
export async function* streamFile(
  bundle: Pick<BundleFiles, 'read' | 'stream'>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (bundle.stream === undefined) yield await bundle.read(name)
  else yield* bundle.stream(name)
}
