import { homedir } from 'node:os'
import { join } from 'node:path'

/** A wheel that carries the official CPU build. */
export interface PinnedWheel {
  /** The project's name in a package index, normalised. */
  readonly project: string
  readonly version: string
  readonly fileName: string
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string
  /** Where the library stands inside the wheel, and then below the directory it is placed in. */
  readonly library: string
}

const LINUX_X64: PinnedWheel = Object.freeze({
  project: 'xgboost-cpu',
  version: '3.2.0',
  fileName: 'xgboost_cpu-3.2.0-py3-none-manylinux_2_28_x86_64.whl',
  sha256: '9c10b1653e1a689bf4094a328144cf3633c9be0e5217a76fbdc2fde6abcb2950',
  library: 'xgboost/lib/libxgboost.so',
})

/**
 * The wheel that fits a machine.
 *
 * @param platform for example `linux-x64`
 * @returns the pinned wheel, or undefined where none is pinned
 */
export const pinnedWheel = (
  platform: string = `${process.platform}-${process.arch}`,
): PinnedWheel | undefined => (platform === 'linux-x64' ? LINUX_X64 : undefined)

/**
 * Where the official library is placed for this user and looked for by {@link loadLibrary}.
 *
 * @returns a directory below the user's data directory, one for each pinned version
 */
export function placedDirectory(): string {
  const data =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Application Support')
      : process.platform === 'win32'
        ? join(homedir(), 'AppData', 'Local')
        : join(homedir(), '.local', 'share')
  return join(data, 'xgboost-library', LINUX_X64.version)
}
