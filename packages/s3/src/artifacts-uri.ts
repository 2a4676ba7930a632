import { parseEndpoint, type ArtifactsUriRules } from './parse-endpoint.ts'
import { refused } from './refused.ts'

/** How the server encrypts what it keeps: with keys of its own, or with a key of AWS KMS. */
export type Encryption =
  { readonly kind: 'AES256' } | { readonly kind: 'aws:kms'; readonly keyId: string | null }

/** Where bundles are kept, as an address says it. */
export interface ArtifactsLocation {
  readonly bucket: string
  /** Beginning of every key, without a slash at either end; empty where the bucket is for bundles alone. */
  readonly prefix: string
  /** Null where the environment or the AWS configuration names it. */
  readonly region: string | null
  /** Address of a server that is not AWS; null for AWS. */
  readonly endpoint: string | null
  /** Whether the bucket stands in the path of an address instead of its host. */
  readonly pathStyle: boolean
  /** Null where the bucket's own setting holds. */
  readonly encryption: Encryption | null
  /** File with the certificates of the only authorities that are trusted; null for those that Node trusts. */
  readonly certificateFile: string | null
}

const parameters = ['region', 'endpoint', 'pathStyle', 'sse', 'kmsKeyId', 'certificateFile'] as const
type Parameter = (typeof parameters)[number]
const form =
  's3://BUCKET/PREFIX?region=eu-central-1&endpoint=https://HOST&sse=aws:kms, credentials come from the environment'

/**
 * Reads the address of a store of bundles: `s3://BUCKET/PREFIX` with the parameters `region`, `endpoint`,
 * `pathStyle=true|false` (true where there is an endpoint), `sse=AES256|aws:kms`, `kmsKeyId` and `certificateFile`.
 *
 * @param uri the address, such as the variable `ARTIFACTS_URI`
 * @param rules what is allowed
 * @throws ClaimsError `invalid_configuration` naming the part; one that holds credentials is refused and not repeated
 * @example
 * parseArtifactsUri('s3://models/claims?region=eu-central-1&sse=aws:kms', { production: true }).bucket // 'models'
 */
export function parseArtifactsUri(uri: string, rules: ArtifactsUriRules): ArtifactsLocation {
  const match = /^s3:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(uri)
  if (match === null) throw refused('ARTIFACTS_URI', 'is no address of a bucket', form)
  const [, bucket = '', path = '', query = ''] = match
  if (bucket.includes('@')) throw refused('ARTIFACTS_URI', 'holds credentials', form)
  const values = readParameters(query)
  const endpoint = values.endpoint === undefined ? null : parseEndpoint(values.endpoint, rules)
  return {
    bucket: readBucket(bucket),
    prefix: readPrefix(path),
    region: readRegion(values.region),
    endpoint,
    // A certificate for *.s3.amazonaws.com does not cover a bucket with a dot.
    pathStyle: readPathStyle(values.pathStyle) ?? (endpoint !== null || bucket.includes('.')),
    encryption: readEncryption(values),
    certificateFile: values.certificateFile ?? null,
  }
}

function readParameters(query: string): Partial<Record<Parameter, string>> {
  const values: Partial<Record<Parameter, string>> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const known = parameters.find((parameter) => parameter === name)
    if (known === undefined) {
      const secret = /key|secret|token|password|credential/i.test(name)
      const problem = secret ? `holds credentials (${name})` : `has an unknown parameter ${name}`
      throw refused('ARTIFACTS_URI', problem, secret ? form : parameters.join(', '))
    }
    if (values[known] !== undefined) throw refused(known, 'is given twice', 'one value')
    if (value === '') throw refused(known, 'is empty', 'a value, or no such parameter')
    values[known] = value
  }
  return values
}

function readBucket(bucket: string): string {
  const fits = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !/\.\.|^\d+(?:\.\d+){3}$/.test(bucket)
  if (fits) return bucket
  throw refused(
    'bucket',
    bucket === '' ? 'is absent' : `"${bucket.slice(0, 100)}" is no name of a bucket`,
    '3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at either end',
  )
}

function readPrefix(path: string): string {
  const prefix = path.replace(/^\/+|\/+$/g, '')
  const parts = prefix.split('/')
  if (prefix === '' || parts.every((part) => /^[A-Za-z0-9!_.*'()=-]+$/.test(part) && !/^\.\.?$/.test(part)))
    return prefix
  throw refused(
    'prefix',
    'has a part that is no name',
    "letters, digits and !_.*'()=- between single slashes",
  )
}

function readRegion(region: string | undefined): string | null {
  if (region === undefined || /^[a-z0-9-]{1,40}$/.test(region)) return region ?? null
  throw refused('region', 'is no name of a region', 'a name such as eu-central-1')
}

function readPathStyle(value: string | undefined): boolean | null {
  if (value === undefined) return null
  if (value === 'true' || value === 'false') return value === 'true'
  throw refused('pathStyle', 'is neither true nor false', 'true or false')
}

function readEncryption({ sse, kmsKeyId }: Partial<Record<Parameter, string>>): Encryption | null {
  if (kmsKeyId !== undefined && sse !== 'aws:kms')
    throw refused('kmsKeyId', 'is given without sse=aws:kms', 'sse=aws:kms beside it')
  if (sse === undefined) return null
  if (sse === 'AES256') return { kind: sse }
  if (sse === 'aws:kms') return { kind: sse, keyId: kmsKeyId ?? null }
  throw refused('sse', 'is no kind of encryption', 'AES256 or aws:kms')
}
