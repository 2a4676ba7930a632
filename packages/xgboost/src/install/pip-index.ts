import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { XGBoostError } from '../errors.ts'

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A Python package index as pip would use it. */
export interface PipIndex {
  /** The root of the simple repository API; it may hold credentials. */
  readonly url: URL
  /** A file of certificate authorities to trust beside the known ones. */
  readonly certificates: string | undefined
  /** Where the address was found. */
  readonly from: string
}

/**
 * Finds the package index of this user: the one given, else `PIP_INDEX_URL`, else the `index-url` of pip's
 * configuration files, else the default that an installed pip names.
 *
 * @param environment variables such as `process.env`
 * @param given an index that goes before all others
 * @returns the index
 * @throws XGBoostError `install_failed` when there is none, or its address is none
 */
export async function findPipIndex(environment: Environment, given?: string): Promise<PipIndex> {
  const files = await readConfigurations(environment)
  const setting = (key: string): { value: string; from: string } | undefined => {
    const variable = `PIP_${key.toUpperCase().replaceAll('-', '_')}`
    const value = environment[variable]
    if (value !== undefined && value !== '') return { value, from: variable }
    for (const { path, settings } of files) {
      const found = settings.get(`install.${key}`) ?? settings.get(`global.${key}`)
      if (found !== undefined) return { value: found, from: path }
    }
    return undefined
  }
  const found =
    given === undefined
      ? (setting('index-url') ?? (await defaultOfPip(environment)))
      : { value: given, from: 'the index given' }
  if (found === undefined)
    throw new XGBoostError(
      'install_failed',
      'no Python package index is known: pass one (--index URL), set PIP_INDEX_URL, or write index-url to pip.conf',
    )
  return { url: parseIndex(found), certificates: setting('cert')?.value, from: found.from }
}

const parseIndex = ({ value, from }: { value: string; from: string }): URL => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new XGBoostError('install_failed', `the index of ${from} must be an http or https address`)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

interface Configuration {
  readonly path: string
  readonly settings: ReadonlyMap<string, string>
}

/** The files that pip reads, the one that wins first. */
async function readConfigurations(environment: Environment): Promise<Configuration[]> {
  const explicit = environment['PIP_CONFIG_FILE']
  if (explicit === '/dev/null' || explicit === 'nul') return []
  const home = environment['HOME'] ?? homedir()
  const configuration = environment['XDG_CONFIG_HOME'] ?? join(home, '.config')
  const virtual = environment['VIRTUAL_ENV']
  const paths = [
    explicit,
    virtual && join(virtual, 'pip.conf'),
    join(configuration, 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    process.platform === 'darwin' && join(home, 'Library', 'Application Support', 'pip', 'pip.conf'),
    process.platform === 'win32' && environment['APPDATA'] && join(environment['APPDATA'], 'pip', 'pip.ini'),
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
  ]
  const read: Configuration[] = []
  for (const path of paths)
    if (path) {
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text !== undefined) read.push({ path, settings: parseSettings(text) })
    }
  return read
}

/** Reads `[section]` and `key = value` lines; a key may be written with underscores. */
const parseSettings = (text: string): ReadonlyMap<string, string> => {
  const settings = new Map<string, string>()
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line)
    const pair = /^([A-Za-z][\w-]*)\s*[=:]\s*(\S.*?)\s*$/.exec(line)
    if (header?.[1] !== undefined) section = header[1].trim()
    else if (pair?.[1] !== undefined && pair[2] !== undefined)
      settings.set(`${section}.${pair[1].toLowerCase().replaceAll('_', '-')}`, pair[2])
  }
  return settings
}

/** The index that pip's own help names as its default. */
async function defaultOfPip(environment: Environment): Promise<{ value: string; from: string } | undefined> {
  for (const program of ['pip3', 'pip']) {
    const help = await new Promise<string>((resolve) => {
      execFile(
        program,
        ['download', '--help'],
        { env: { ...environment }, timeout: 30_000 },
        (error, stdout) => {
          resolve(error ? '' : stdout)
        },
      )
    })
    const value = /--index-url <url>[^<]*?\(default:?\s+(https?:\/\/[^\s)]+)\)/.exec(help)?.[1]
    if (value !== undefined) return { value, from: program }
  }
  return undefined
}
