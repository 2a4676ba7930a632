import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { get as getHttp } from 'node:http'
import { Agent, get as getHttps } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { rootCertificates } from 'node:tls'
import { messageOf, XGBoostError } from '../errors.ts'
import type { PinnedWheel } from './pinned-wheel.ts'
import type { PipIndex } from './pip-index.ts'

const MOST_REDIRECTS = 5
const MOST_BYTES = 2 ** 28
const IDLE_MILLISECONDS = 60_000

/**
 * Fetches a pinned wheel by the simple repository API (PEP 503): the project's page names the file, and the file must
 * have the pinned hash.
 *
 * @param index the package index
 * @param wheel the pinned file
 * @param signal aborts the download
 * @returns the bytes of the wheel
 * @throws XGBoostError `install_failed` when the index cannot be reached, has no such file, or gives another one
 */
export async function fetchWheel(index: PipIndex, wheel: PinnedWheel, signal?: AbortSignal): Promise<Buffer> {
  const page = await request(new URL(`${wheel.project}/`, index.url), index, signal)
  const link = linkTo(page.bytes.toString('utf8'), wheel.fileName)
  if (link === undefined)
    throw new XGBoostError(
      'install_failed',
      `${shown(page.url)} lists no ${wheel.fileName}; use another index, or fetch the file elsewhere and pass it (--wheel FILE)`,
    )
  const { bytes, url } = await request(new URL(link, page.url), index, signal)
  requireHash(bytes, wheel, shown(url))
  return bytes
}

/** Requires the pinned hash of a wheel. */
export function requireHash(bytes: Uint8Array, wheel: PinnedWheel, from: string): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== wheel.sha256)
    throw new XGBoostError(
      'install_failed',
      `${from} is not the pinned ${wheel.fileName}: its SHA-256 is ${sha256}, not ${wheel.sha256}`,
    )
}

/** The address behind the anchor whose text is the file's name. */
const linkTo = (page: string, fileName: string): string | undefined => {
  for (const [, attributes = '', text = ''] of page.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)) {
    const href = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes)
    const address = href?.[1] ?? href?.[2]
    if (text.trim() === fileName && address !== undefined) return address.replaceAll('&amp;', '&')
  }
  return undefined
}

interface Answer {
  readonly url: URL
  readonly bytes: Buffer
}

async function request(start: URL, index: PipIndex, signal: AbortSignal | undefined): Promise<Answer> {
  const extra = index.certificates === undefined ? [] : [await readCertificates(index.certificates)]
  const agent = new Agent(extra.length > 0 ? { ca: [...rootCertificates, ...extra] } : {})
  let url = start
  try {
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await open(withCredentials(url, index.url), { agent, signal })
      const { statusCode = 0, headers } = response
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        response.resume()
        url = new URL(headers.location, url)
        continue
      }
      if (statusCode !== 200) {
        response.resume()
        throw new XGBoostError('install_failed', `${shown(url)} answered ${statusCode}`)
      }
      return { url, bytes: await readAll(response) }
    }
    throw new XGBoostError('install_failed', `${shown(start)} redirects more than ${MOST_REDIRECTS} times`)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof XGBoostError) throw error
    throw new XGBoostError(
      'install_failed',
      `${shown(url)} cannot be reached (${messageOf(error)}); use another index (--index URL), or fetch the wheel elsewhere and pass it (--wheel FILE)`,
      { cause: error },
    )
  } finally {
    agent.destroy()
  }
}

const open = (
  url: URL,
  { agent, signal }: { agent: Agent; signal: AbortSignal | undefined },
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = { headers: { accept: 'text/html' }, ...(signal && { signal }) }
    const sent =
      url.protocol === 'http:'
        ? getHttp(url, options, resolve)
        : getHttps(url, { ...options, agent }, resolve)
    sent.on('error', reject)
    sent.setTimeout(IDLE_MILLISECONDS, () => sent.destroy(new Error('no answer in time')))
  })

const readAll = async (response: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response) {
    length += part.length
    if (length > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const readCertificates = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new XGBoostError('install_failed', `pip's cert file cannot be read: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Credentials of the index go to its own origin and nowhere else. */
const withCredentials = (url: URL, index: URL): URL => {
  if (url.origin !== index.origin || index.username === '') return url
  const result = new URL(url)
  result.username = index.username
  result.password = index.password
  return result
}

const shown = (url: URL): string => `${url.origin}${url.pathname}`
