import type { artifactEndpoints } from '../endpoints/artifact-endpoints.ts'
import type { Bound } from '../endpoints/bind.ts'
import type { CallOptions } from '../http/transport.ts'
import type { FileInfo, TransferOptions } from './artifact-store.ts'
import type { UploadedFile } from './upload-files.ts'

/** Whose artifacts: a run's, a logged model's (MLflow 3), or those below an address, such as that of a model version. */
export type ArtifactOwner =
  | { readonly runId: string; readonly modelId?: never; readonly artifactUri?: never }
  | { readonly modelId: string; readonly runId?: never; readonly artifactUri?: never }
  | { readonly artifactUri: string; readonly runId?: never; readonly modelId?: never }

/** How artifacts are checked once they are there. */
export interface VerifyOptions {
  /** `size`: by length; `hash`: what was uploaded is read again and compared by SHA-256; `none`. Default `size`. */
  readonly verify?: 'size' | 'hash' | 'none' | undefined
}

/** The calls on artifacts: files and folders below a run's or a logged model's root. Paths have `/` and no `..`. */
export interface Artifacts extends Bound<typeof artifactEndpoints> {
  /**
   * What lies directly below a folder, or every file below it.
   *
   * @throws MlflowError `unsafe_path` when the server lists what is not in the folder
   */
  list(
    request: ArtifactOwner & { readonly path?: string; readonly recursive?: boolean } & CallOptions,
  ): AsyncGenerator<FileInfo, void, undefined>
  /**
   * Uploads a file into a folder, or a folder's contents, four files at a time, as streams. With `resume`, files that
   * are there with the same size are not sent again.
   *
   * @returns the files by path
   * @throws MlflowError `not_found` when there is no source, `corrupted` when what arrived is not what was sent
   */
  upload(
    request: ArtifactOwner & {
      readonly source: string
      readonly path?: string
      readonly resume?: boolean
    } & VerifyOptions &
      TransferOptions,
  ): Promise<UploadedFile[]>
  /** Uploads bytes, or a text as UTF-8, as one file. @throws MlflowError as `upload` */
  uploadBytes(
    request: ArtifactOwner & { readonly path: string; readonly bytes: Uint8Array | string } & TransferOptions,
  ): Promise<void>
  /**
   * Downloads a file into a folder under its own name, or a folder's contents, four files at a time. Each file has its
   * name only once it is whole. With `resume`, files that are there with the same size are kept.
   *
   * @returns the files on this machine
   * @throws MlflowError `not_found`, `unsafe_path`, `corrupted` when a length or the hash differs
   */
  download(
    request: ArtifactOwner & {
      readonly path?: string
      readonly destination: string
      readonly resume?: boolean
      /** Of a single file, hexadecimal. */
      readonly sha256?: string
    } & TransferOptions,
  ): Promise<string[]>
  /** Bytes of a file. @throws MlflowError `not_found`; `response_too_large` beyond `maxBytes` (default 64 MiB) */
  read(
    request: ArtifactOwner & { readonly path: string; readonly maxBytes?: number } & CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>>
  /** Deletes a file, or a folder with all below. @throws MlflowError `not_found`, `unsupported_by_server` */
  delete(request: ArtifactOwner & { readonly path: string } & CallOptions): Promise<void>
}
