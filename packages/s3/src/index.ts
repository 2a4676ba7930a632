export { parseArtifactsUri, type ArtifactsLocation, type Encryption } from './artifacts-uri.ts'
export type { ArtifactsUriRules } from './parse-endpoint.ts'
export { S3ArtifactStore } from './s3-artifact-store.ts'
export type { RequestOptions } from './s3-client.ts'
