import { describe, expect, test } from '@jest/globals'
import { ClaimsError } from '@claims/contracts'
import { parseArtifactsUri, S3ArtifactStore, type ArtifactsUriRules } from '@claims/s3'

const strict: ArtifactsUriRules = { production: true }

/** Field and text of the error that reading an address ends with. */
function refusal(uri: string, rules = strict): { field: string | undefined; text: string } {
  try {
    parseArtifactsUri(uri, rules)
  } catch (error) {
    if (!(error instanceof ClaimsError) || error.code !== 'invalid_configuration') throw error
    return { field: error.problems[0]?.field, text: `${error.message} ${JSON.stringify(error.problems)}` }
  }
  throw new Error(`${uri} was accepted`)
}

describe('parseArtifactsUri', () => {
  test('reads a bucket of AWS', () => {
    expect(parseArtifactsUri('s3://models', strict)).toEqual({
      bucket: 'models',
      prefix: '',
      region: null,
      endpoint: null,
      pathStyle: false,
      encryption: null,
      certificateFile: null,
    })
  })

  test('reads every parameter', () => {
    const uri =
      's3://models/claims/eu/?region=eu-central-1&endpoint=https://objects.example.com:9000/&pathStyle=false' +
      '&sse=aws:kms&kmsKeyId=arn:aws:kms:eu-central-1:1:key/a&certificateFile=/etc/ca.pem'
    expect(parseArtifactsUri(uri, strict)).toEqual({
      bucket: 'models',
      prefix: 'claims/eu',
      region: 'eu-central-1',
      endpoint: 'https://objects.example.com:9000',
      pathStyle: false,
      encryption: { kind: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/a' },
      certificateFile: '/etc/ca.pem',
    })
  })

  test.each([
    ['s3://a.bucket', true],
    ['s3://bucket', false],
    ['s3://bucket?endpoint=https://objects.example.com', true],
  ])('%s has the bucket in the path: %s', (uri, pathStyle) => {
    expect(parseArtifactsUri(uri, strict).pathStyle).toBe(pathStyle)
  })

  test.each([
    ['s3://AKIAEXAMPLE:abcdefghij@models', 'ARTIFACTS_URI'],
    ['s3://models?secretAccessKey=abcdefghij', 'ARTIFACTS_URI'],
    ['s3://models?session_token=abcdefghij', 'ARTIFACTS_URI'],
    ['s3://models?endpoint=https://user:abcdefghij@objects.example.com', 'endpoint'],
  ])('refuses the credentials in %s and does not repeat them', (uri, field) => {
    const found = refusal(uri)
    expect(found.field).toBe(field)
    expect(found.text).toContain('credentials')
    expect(found.text).not.toContain('abcdefghij')
  })

  test.each([
    ['', 'ARTIFACTS_URI'],
    ['/var/lib/claims', 'ARTIFACTS_URI'],
    ['https://models.s3.amazonaws.com', 'ARTIFACTS_URI'],
    ['s3://models#part', 'ARTIFACTS_URI'],
    ['s3://models?colour=red', 'ARTIFACTS_URI'],
    ['s3://', 'bucket'],
    ['s3://ab', 'bucket'],
    ['s3://Models', 'bucket'],
    ['s3://10.0.0.1', 'bucket'],
    ['s3://models..eu', 'bucket'],
    ['s3://models/a//b', 'prefix'],
    ['s3://models/../b', 'prefix'],
    ['s3://models/a b', 'prefix'],
    ['s3://models?region=', 'region'],
    ['s3://models?region=eu&region=us', 'region'],
    ['s3://models?region=EU%20central', 'region'],
    ['s3://models?pathStyle=yes', 'pathStyle'],
    ['s3://models?sse=rot13', 'sse'],
    ['s3://models?kmsKeyId=a', 'kmsKeyId'],
    ['s3://models?sse=AES256&kmsKeyId=a', 'kmsKeyId'],
    ['s3://models?endpoint=objects', 'endpoint'],
    ['s3://models?endpoint=ftp://objects.example.com', 'endpoint'],
    ['s3://models?endpoint=https://objects.example.com/path', 'endpoint'],
  ])('refuses %s', (uri, field) => {
    expect(refusal(uri).field).toBe(field)
  })

  test.each(['http://localhost:9000', 'http://127.0.0.1:9000', 'http://127.9.9.9', 'http://[::1]:9000'])(
    'allows plaintext to this machine: %s',
    (endpoint) => {
      expect(parseArtifactsUri(`s3://models?endpoint=${endpoint}`, strict).endpoint).toBe(endpoint)
    },
  )

  test('refuses plaintext to another host in production, unless the host is allowed by name', () => {
    const uri = 's3://models?endpoint=http://minio.internal:9000'
    expect(refusal(uri)).toMatchObject({ field: 'endpoint' })
    expect(refusal(uri, { production: true, plaintextHosts: ['minio'] }).text).toContain('minio.internal')
    expect(refusal('s3://models?endpoint=http://127.0.0.1.example.com').field).toBe('endpoint')
    const allowed = { production: true, plaintextHosts: ['Minio.internal'] }
    expect(parseArtifactsUri(uri, allowed).endpoint).toBe('http://minio.internal:9000')
    expect(parseArtifactsUri(uri, { production: false }).endpoint).toBe('http://minio.internal:9000')
  })
})

test.each(['/does/not/exist.pem', import.meta.filename])(
  'a file without certificates is refused: %s',
  (file) => {
    const location = parseArtifactsUri(`s3://models?certificateFile=${file}`, strict)
    expect(() => new S3ArtifactStore(location)).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        problems: [expect.objectContaining({ field: 'certificateFile' })],
      }),
    )
  },
)
