import { openOutput, type OpenOutputOptions } from './open-output.ts'

/**
 * Writes a small text file so that it is there whole or not at all. A link stays and its target is written; a pipe or
 * a device is written to as it is.
 *
 * @param path replaced where it exists, so ask `requireOutput` first whether it may be
 * @param text the content
 * @param options ledger and signal
 * @throws ClaimsError `file_not_found` when the folder does not exist, `unreadable_file` when it cannot be written to
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: OpenOutputOptions = {},
): Promise<void> {
  const file = await openOutput(path, options)
  await file.write(text)
  await file.close()
}
