import { z } from 'zod'
import { name, nothing, pageToken, whole } from './wire-types.ts'

export const fileInfo = z.object({
  path: z.string(),
  isDir: z.boolean().default(false),
  fileSize: whole.optional(),
})
/** Header names and values, as a record or as a list of pairs. */
export const headers = z
  .union([
    z.record(z.string(), z.string()),
    z
      .array(z.object({ name: z.string(), value: z.string() }))
      .transform((pairs) =>
        Object.fromEntries(pairs.map(({ name: key, value }): [string, string] => [key, value])),
      ),
  ])
  .default({})

export const artifactSchemas = {
  listPage: {
    request: z.strictObject({ runId: name, path: z.string().optional(), pageToken }),
    response: z
      .object({
        rootUri: z.string().default(''),
        files: z.array(fileInfo).default([]),
        nextPageToken: z.string().optional(),
      })
      .transform(({ files, ...rest }) => ({ items: files, ...rest })),
  },
  createPresignedUpload: {
    request: z.strictObject({
      runId: name.optional(),
      modelId: name.optional(),
      path: name,
      expiration: z.int().min(1).optional(),
    }),
    response: z.object({ presignedUrl: z.string(), headers }),
  },
  createPresignedDownload: {
    request: z.strictObject({ runId: name, path: name, expiration: z.int().min(1).optional() }),
    response: z.object({ presignedUrl: z.string(), headers, fileSize: whole.optional() }),
  },
}

export const proxySchemas = {
  list: {
    request: z.strictObject({ path: z.string() }),
    response: z.object({ files: z.array(fileInfo).default([]) }).transform(({ files }) => files),
  },
  createMultipart: {
    request: z.strictObject({ artifactPath: name, path: name, numParts: z.int().min(1) }),
    response: z.object({
      uploadId: z.string(),
      credentials: z.array(z.object({ url: z.string(), partNumber: whole, headers })),
    }),
  },
  completeMultipart: {
    request: z.strictObject({
      artifactPath: name,
      path: name,
      uploadId: name,
      parts: z.array(z.strictObject({ partNumber: z.int(), etag: z.string(), url: z.string().optional() })),
    }),
    response: nothing,
  },
  abortMultipart: {
    request: z.strictObject({ artifactPath: name, path: name, uploadId: name }),
    response: nothing,
  },
}
