import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Readable } from 'node:stream'
import type { ArtifactsLocation, Encryption } from './artifacts-uri.ts'
import { defaultAttempts, s3Client, type RequestOptions } from './s3-client.ts'
import { failureName, storeFailure } from './store-failure.ts'
import { waitOrThrow } from './try-again.ts'

/** What a server says of an object, or of a part of one. */
export interface ObjectFacts {
  /** Null where the answer does not say. */
  readonly bytes: number | null
  /** Without quotes. */
  readonly etag: string | null
  /** SHA-256 in base64, that of the parts' where the object was sent in parts; null where the server keeps none. */
  readonly checksum: string | null
  /** Whether the entity tag is the MD5 of the bytes, as the protocol has it. */
  readonly etagIsMd5: boolean
}

/** What an answer of the server tells of an object. */
interface Told {
  readonly ContentLength?: number | undefined
  readonly ETag?: string | undefined
  readonly ChecksumSHA256?: string | undefined
  readonly ServerSideEncryption?: string | undefined
}

/** Bytes of an object from a place on. */
export interface ObjectBody {
  /** Where they begin; 0 where the server does not answer in ranges. */
  readonly from: number
  readonly body: Readable
}

/** The objects of a bucket below a prefix: one request a method, tried again where that helps. */
export class Bucket {
  /** Address of the store, for people. */
  readonly place: string
  readonly name: string
  readonly encryption: Encryption | null
  readonly attempts: number
  readonly #prefix: string
  readonly #client: S3Client

  constructor(location: ArtifactsLocation, options: RequestOptions) {
    const { bucket, prefix } = location
    this.place = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`
    this.name = bucket
    this.encryption = location.encryption
    this.attempts = options.attempts ?? defaultAttempts
    this.#prefix = prefix === '' ? '' : `${prefix}/`
    this.#client = s3Client(location, options)
  }

  /** The whole key of an object. */
  key(name: string): string {
    return this.#prefix + name
  }

  /**
   * Sends a command. What the client does not try again, but a second try may get over, is tried here.
   *
   * @throws ClaimsError `artifacts_unavailable`, `invalid_configuration`; else what the client threw
   */
  async send<T>(ask: (client: S3Client) => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await ask(this.#client)
      } catch (error) {
        try {
          if (!notRepeated.has(failureName(error))) throw error
          await waitOrThrow(error, failures, this.attempts)
        } catch (last) {
          throw storeFailure(last, this.place)
        }
      }
    }
  }

  /** What the server says of an object; null where there is none. */
  async head(name: string): Promise<ObjectFacts | null> {
    const input = { Bucket: this.name, Key: this.key(name), ChecksumMode: 'ENABLED' as const }
    try {
      return factsOf(await this.send((client) => client.send(new HeadObjectCommand(input))))
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }

  /**
   * Keeps bytes under a name, whole or not at all.
   *
   * @param bytes not to be changed until this has ended
   * @param options their SHA-256 in base64; whether an object that is there is left as it is
   * @returns what the server says; null where the object was there and was left
   */
  async put(
    name: string,
    bytes: Uint8Array,
    { checksum, ifAbsent }: { readonly checksum: string; readonly ifAbsent: boolean },
  ): Promise<ObjectFacts | null> {
    const input = {
      ...{ Bucket: this.name, Key: this.key(name), Body: bytes, ContentLength: bytes.length },
      ...{ ChecksumAlgorithm: 'SHA256' as const, ChecksumSHA256: checksum },
      ...(ifAbsent && { IfNoneMatch: '*' }),
      ...encryptionHeaders(this.encryption),
    }
    try {
      return factsOf(await this.send((client) => client.send(new PutObjectCommand(input))))
    } catch (error) {
      if (ifAbsent && failureName(error) === 'PreconditionFailed') return null
      throw error
    }
  }

  /** The bytes of an object from a place on; null where there is none. They are not checked, and may end too early. */
  async get(name: string, from: number): Promise<ObjectBody | null> {
    const range = from === 0 ? {} : { Range: `bytes=${String(from)}-` }
    const command = new GetObjectCommand({ Bucket: this.name, Key: this.key(name), ...range })
    try {
      return bodyOf(await this.send((client) => client.send(command)))
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }

  /** Closes the connections. */
  close(): void {
    this.#client.destroy()
  }
}

/** Bytes that were changed on their way, and two who make one object: the client does not send again what may pass. */
const notRepeated = new Set([
  ...['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody', 'OperationAborted'],
  'ConditionalRequestConflict',
])

/** Parameters of a request that makes an object. */
export function encryptionHeaders(encryption: Encryption | null): {
  ServerSideEncryption?: 'AES256' | 'aws:kms'
  SSEKMSKeyId?: string
} {
  if (encryption === null) return {}
  if (encryption.kind === 'AES256') return { ServerSideEncryption: 'AES256' }
  const { keyId } = encryption
  return { ServerSideEncryption: 'aws:kms', ...(keyId !== null && { SSEKMSKeyId: keyId }) }
}

/** What an answer says of an object. */
export function factsOf(told: Told): ObjectFacts {
  const etag = told.ETag?.replaceAll('"', '') ?? null
  return {
    bytes: told.ContentLength ?? null,
    etag,
    checksum: told.ChecksumSHA256?.replace(/-\d+$/, '') ?? null,
    etagIsMd5: etag !== null && /^[0-9a-f]{32}(?:-\d+)?$/.test(etag) && !ofKms(told.ServerSideEncryption),
  }
}

function ofKms(encryption: string | undefined): boolean {
  return encryption?.startsWith('aws:kms') === true
}

function isAbsent(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(failureName(error))
}

function bodyOf({ Body, ContentRange }: GetObjectCommandOutput): ObjectBody {
  if (!(Body instanceof Readable)) throw new TypeError('the client answers with a stream')
  const begin = /^bytes (\d+)-/.exec(ContentRange ?? '')?.[1]
  return { from: begin === undefined ? 0 : Number(begin), body: Body }
}
