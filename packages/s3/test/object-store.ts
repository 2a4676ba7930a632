import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { ArtifactStore } from '@claims/contracts'
import { describeInstalled, startObjectStore, type ObjectStore } from '@claims/mlflow/testing'
import { parseArtifactsUri, S3ArtifactStore, type ArtifactsLocation } from '@claims/s3'

/** Options of a store. */
type StoreOptions = NonNullable<ConstructorParameters<typeof S3ArtifactStore>[1]>

/** A place of its own on the server of a test file. */
export interface TestPlace {
  readonly location: ArtifactsLocation
  readonly uri: string
  /** A store at this place. @param address of a proxy before the server; default the server */
  store(options?: StoreOptions, address?: string): S3ArtifactStore
  /** A store at another place of the server. */
  storeAt(location: ArtifactsLocation): S3ArtifactStore
  /** Names of the objects there. */
  objects(): Promise<string[]>
  /** Changes the last byte of an object behind the store's back. */
  damage(object: string): Promise<void>
  /** Keeps an object behind the store's back. */
  add(object: string, content: string): Promise<void>
  /** Makes an object, and uploads of it, so many milliseconds older by the server's clock. */
  age(object: string, milliseconds: number): Promise<void>
  /** Deletes an object behind the store's back. */
  remove(object: string): Promise<void>
  /** Names of the objects that are being sent in parts. */
  uploads(): Promise<string[]>
  /** How many parts the server has of them. */
  sentParts(): Promise<number>
  /** How the server says that an object is encrypted. */
  encryptionOf(object: string): Promise<readonly (string | undefined)[]>
  dispose(): void
}

/** The server of a test file: moto, which keeps objects in memory and does not ask who somebody is. */
export interface TestServer {
  readonly address: string
  place(parameters?: string): TestPlace
}

/** moto looks at the service alone. */
const signed = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request'
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }

/** Tests that need a server of S3; a machine without it skips them loudly, and fails them in CI. */
export function describeOnServer(title: string, body: (server: () => TestServer) => void): void {
  describeInstalled(title, '3.17.0', () => {
    let running: ObjectStore | undefined
    beforeAll(async () => {
      running = await startObjectStore()
    }, 120_000)
    afterAll(() => running?.stop())
    body(() => {
      if (running === undefined) throw new TypeError('the server is there once tests run')
      const { address } = running
      return { address, place: (parameters) => placeOn(address, parameters) }
    })
  })
}

function placeOn(address: string, parameters = ''): TestPlace {
  const prefix = `tests/${randomUUID()}`
  const uriAt = (endpoint: string): string => `s3://bucket/${prefix}?endpoint=${endpoint}${parameters}`
  const locate = (endpoint: string): ArtifactsLocation =>
    parseArtifactsUri(uriAt(endpoint), { production: false })
  const client = new S3Client({ endpoint: address, region: 'us-east-1', forcePathStyle: true, credentials })
  const stores: S3ArtifactStore[] = []
  const open = (location: ArtifactsLocation, options: StoreOptions): S3ArtifactStore => {
    const store = new S3ArtifactStore(location, { credentials, ...options })
    stores.push(store)
    return store
  }
  return {
    location: locate(address),
    uri: uriAt(address),
    store: (options = {}, at = address) => open(locate(at), options),
    storeAt: (location) => open(location, {}),
    async objects() {
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: prefix }))
      return (Contents ?? []).map(({ Key }) => (Key ?? '').slice(prefix.length + 1))
    },
    async damage(object) {
      const Key = `${prefix}/${object}`
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }))
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
      const at = bytes.length - 2
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: bytes }))
    },
    async add(object, content) {
      const input = { Bucket: 'bucket', Key: `${prefix}/${object}`, Body: content }
      await client.send(new PutObjectCommand(input))
    },
    async age(object, milliseconds) {
      const answer = await fetch(`${address}/bucket/${prefix}/${object}?tagging`, {
        method: 'PUT',
        headers: { authorization: signed, 'x-age': String(milliseconds / 1000) },
      })
      if (!answer.ok) throw new Error(`moto answers ${String(answer.status)}: ${await answer.text()}`)
    },
    async remove(object) {
      await client.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: `${prefix}/${object}` }))
    },
    async uploads() {
      const input = { Bucket: 'bucket', Prefix: prefix }
      const { Uploads } = await client.send(new ListMultipartUploadsCommand(input))
      return (Uploads ?? []).map(({ Key }) => Key ?? '')
    },
    async sentParts() {
      const { Uploads } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: 'bucket', Prefix: prefix }),
      )
      let count = 0
      for (const { Key, UploadId } of Uploads ?? []) {
        const { Parts } = await client.send(new ListPartsCommand({ Bucket: 'bucket', Key, UploadId }))
        count += Parts?.length ?? 0
      }
      return count
    },
    async encryptionOf(object) {
      const input = { Bucket: 'bucket', Key: `${prefix}/${object}` }
      const { ServerSideEncryption, SSEKMSKeyId } = await client.send(new HeadObjectCommand(input))
      return [ServerSideEncryption, SSEKMSKeyId]
    },
    dispose() {
      for (const store of stores) store.close()
      client.destroy()
    },
  }
}

/** Name of the object of a bundle's file. */
export async function objectOf(store: ArtifactStore, sha256: string, name: string): Promise<string> {
  if (name === 'manifest.json') return `bundles/${sha256}`
  const { manifest } = await store.open(sha256)
  return `files/${manifest.files[name]?.sha256 ?? ''}`
}
