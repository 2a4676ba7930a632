import type { CallOptions } from '../http/transport.ts'

/** A file or folder below an artifact root. */
export interface FileInfo {
  /** Below the root of the run. */
  readonly path: string
  readonly isDir: boolean
  /** Bytes, where the store tells. */
  readonly fileSize?: number | undefined
}

/** Told after each piece of a file. */
export interface TransferProgress {
  readonly path: string
  readonly bytesDone: number
  readonly bytesTotal: number
}

/** How a file travels. */
export interface TransferOptions extends CallOptions {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** Where the artifacts under one root are kept. Paths are relative to the root. */
export interface ArtifactStore {
  /** What lies directly below a folder; empty for a file or for nothing. */
  list(path: string, options?: CallOptions): Promise<FileInfo[]>
  /** Puts a file, whole. */
  put(
    path: string,
    source: { readonly file: string } | { readonly bytes: Uint8Array },
    options?: TransferOptions,
  ): Promise<void>
  /** Writes a file's bytes to a file that does not exist yet. @throws MlflowError `not_found`, `corrupted` */
  fetch(path: string, file: string, options?: TransferOptions): Promise<void>
  /** Deletes a file, or a folder with all below. */
  remove(path: string, options?: CallOptions): Promise<void>
}
