import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { RequestHandler } from './request-handler.ts'
import type { ArtifactsLocation } from './artifacts-uri.ts'
import { refused } from './refused.ts'

/** How requests are made. */
export interface RequestOptions {
  /** Default: what the AWS SDK finds in the environment, its files, or the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** How often a request is tried, the first time included. Default 5. */
  readonly attempts?: number
  /** Longest time to open a connection, in milliseconds. Default 5,000. */
  readonly connectMilliseconds?: number
  /** Longest time in which not a byte comes or goes, in milliseconds. Default 20,000. */
  readonly silenceMilliseconds?: number
  /** Longest time from a request's first byte to its answer's first, in milliseconds. Default 120,000. */
  readonly answerMilliseconds?: number
}

/** How often a request is tried where nobody says. */
export const defaultAttempts = 5

/**
 * A client of the server of a location. It tries again after time-outs, lost connections and answers that say so, after
 * a random time that doubles, and within a budget that a server which fails all the time uses up.
 *
 * @throws ClaimsError `invalid_configuration` where the file with certificates cannot be read
 */
export function s3Client(location: ArtifactsLocation, options: RequestOptions): S3Client {
  const { endpoint, region, certificateFile } = location
  // With an endpoint of its own a server seldom has regions, but a request is signed for one.
  const signedFor = region ?? (endpoint === null ? null : 'us-east-1')
  const config: S3ClientConfig = {
    ...(signedFor !== null && { region: signedFor }),
    ...(endpoint !== null && { endpoint }),
    ...(options.credentials !== undefined && { credentials: { ...options.credentials } }),
    forcePathStyle: location.pathStyle,
    followRegionRedirects: endpoint === null,
    maxAttempts: options.attempts ?? defaultAttempts,
    retryMode: 'standard',
    // Checksums are ours, SHA-256 throughout; what is read is checked against the manifest.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    requestHandler: new RequestHandler({
      connectionTimeout: options.connectMilliseconds ?? 5_000,
      socketTimeout: options.silenceMilliseconds ?? 20_000,
      requestTimeout: options.answerMilliseconds ?? 120_000,
      throwOnRequestTimeout: true,
      ...(certificateFile !== null && { httpsAgent: trusting(certificateFile) }),
    }),
  }
  return new S3Client(config)
}

function trusting(certificateFile: string): Agent {
  let certificates: string
  try {
    certificates = readFileSync(certificateFile, 'utf8')
  } catch {
    throw refused('certificateFile', 'cannot be read', 'a file with certificates (PEM)')
  }
  if (!certificates.includes('-----BEGIN CERTIFICATE-----'))
    throw refused('certificateFile', 'holds no certificate', 'a file with certificates (PEM)')
  return new Agent({ keepAlive: true, maxSockets: 50, ca: certificates })
}
