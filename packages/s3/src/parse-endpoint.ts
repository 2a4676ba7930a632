import { refused } from './refused.ts'

/** What an address may be. */
export interface ArtifactsUriRules {
  /** Whether plaintext to another host is refused. */
  readonly production: boolean
  /** Hosts to which plaintext is allowed in production, such as a proxy beside the program. */
  readonly plaintextHosts?: readonly string[]
}

/**
 * Checks the address of a server that speaks the protocol of S3.
 *
 * @param text the address
 * @param rules whether plaintext to another host is allowed
 * @returns its origin, such as `https://objects.example.com`
 * @throws ClaimsError `invalid_configuration`
 */
export function parseEndpoint(text: string, rules: ArtifactsUriRules): string {
  const allowed = 'https://HOST or https://HOST:PORT'
  if (!URL.canParse(text)) throw refused('endpoint', 'is no address', allowed)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw refused('endpoint', 'holds credentials', allowed)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused('endpoint', 'is no address of HTTP', allowed)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw refused('endpoint', 'has more than a host and a port', allowed)
  const host = url.hostname.toLowerCase()
  const named = (rules.plaintextHosts ?? []).some((other) => other.toLowerCase() === host)
  if (url.protocol === 'http:' && rules.production && !isLoopback(host) && !named)
    throw refused(
      'endpoint',
      `sends bundles to ${host} without TLS`,
      `https, or ${host} among the hosts to which plaintext is allowed`,
    )
  return url.origin
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
