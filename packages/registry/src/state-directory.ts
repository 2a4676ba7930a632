import { isAbsolute, join, resolve } from 'node:path'

/** The system that a program runs on. */
export interface System {
  readonly platform: NodeJS.Platform
  /** The user's home directory. */
  readonly userDirectory: string
}

/**
 * The directory of embedded state (registry, spool, ledger of outputs). It never depends on the current directory
 * unless `CLAIMS_HOME` is a relative path.
 *
 * `CLAIMS_HOME` where it is set; else `CLAIMS_HOME_DEFAULT`, which the launcher in a repository sets to the
 * repository's `.claims`; else the user's data folder: `$XDG_DATA_HOME/claims` or `~/.local/share/claims`, on macOS
 * `~/Library/Application Support/claims`, on Windows `%LOCALAPPDATA%\claims`.
 *
 * @param variables by name, such as the environment; an empty one counts as absent
 * @param system that the program runs on
 * @returns an absolute path
 * @example
 * stateDirectory({ CLAIMS_HOME: '/var/lib/claims' }, { platform: 'linux', userDirectory: '/root' }) // '/var/lib/claims'
 */
export function stateDirectory(
  variables: Readonly<Record<string, string | undefined>>,
  system: System,
): string {
  const given = [variables['CLAIMS_HOME'], variables['CLAIMS_HOME_DEFAULT']].find(
    (path) => path !== undefined && path !== '',
  )
  if (given !== undefined) return resolve(given)
  return join(dataFolder(variables, system), 'claims')
}

function dataFolder(
  variables: Readonly<Record<string, string | undefined>>,
  { platform, userDirectory }: System,
): string {
  if (platform === 'darwin') return join(userDirectory, 'Library', 'Application Support')
  const named = variables[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_DATA_HOME']
  // The XDG specification has relative paths ignored.
  if (named !== undefined && isAbsolute(named)) return named
  return platform === 'win32'
    ? join(userDirectory, 'AppData', 'Local')
    : join(userDirectory, '.local', 'share')
}
