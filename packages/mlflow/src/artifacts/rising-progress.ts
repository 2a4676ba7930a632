import type { TransferProgress } from './artifact-store.ts'

/** Tells the progress of one file: it only rises, and ends at the total. */
export interface RisingProgress {
  readonly onProgress: ((progress: TransferProgress) => void) | undefined
  /** The file is whole. */
  end(bytes: number): void
}

/**
 * Leaves out progress that was told before: a file that is sent or fetched again begins anew.
 *
 * @param listener told of each rise
 * @param path of the file
 */
export function risingProgress(
  listener: ((progress: TransferProgress) => void) | undefined,
  path: string,
): RisingProgress {
  if (!listener) return { onProgress: undefined, end: () => undefined }
  let told = 0
  let ended = false
  const onProgress = (progress: TransferProgress): void => {
    if (progress.bytesDone <= told) return
    told = progress.bytesDone
    ended = progress.bytesDone === progress.bytesTotal
    listener(progress)
  }
  return {
    onProgress,
    end(bytes) {
      if (!ended || told !== bytes) listener({ path, bytesDone: bytes, bytesTotal: bytes })
    },
  }
}
