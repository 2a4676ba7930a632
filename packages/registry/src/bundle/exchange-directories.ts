import { createRequire } from 'node:module'
import type Koffi from 'koffi'

const require = createRequire(import.meta.url)
const atWorkingDirectory = -100
const linuxRenameExchange = 2
const linuxRenameat2: Partial<Record<NodeJS.Architecture, number>> = { x64: 316, arm64: 276 }
const macRenameSwap = 2

/**
 * Exchanges two directories of one file system in one atomic step: `renameat2` with `RENAME_EXCHANGE` on Linux,
 * `renamex_np` with `RENAME_SWAP` on macOS.
 *
 * @param first path of an existing directory
 * @param second path of an existing directory
 * @returns `exchanged`; `absent` where one of the two does not exist; `unsupported` where the system or the
 *   file system has no such call
 * @throws Error with the system's error name for anything else
 */
export function exchangeDirectories(first: string, second: string): 'exchanged' | 'absent' | 'unsupported' {
  const koffi = require('koffi') as typeof Koffi
  const call = exchangeCall(koffi)
  if (call === null) return 'unsupported'
  if (call(first, second) === 0) return 'exchanged'
  const number = koffi.errno()
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? String(number)
  if (name === 'ENOENT') return 'absent'
  if (['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'].includes(name)) return 'unsupported'
  throw new Error(`Exchanging ${first} and ${second} failed with ${name}`)
}

function exchangeCall(koffi: typeof Koffi): ((first: string, second: string) => number) | null {
  if (process.platform === 'linux') {
    const renameat2 = linuxRenameat2[process.arch]
    if (renameat2 === undefined) return null
    const systemCall: (...values: unknown[]) => number = koffi
      .load(null)
      .func('long syscall(long number, ...)')
    return (first, second) =>
      systemCall(
        ...[renameat2, 'int', atWorkingDirectory, 'str', first],
        ...['int', atWorkingDirectory, 'str', second, 'uint', linuxRenameExchange],
      )
  }
  if (process.platform === 'darwin') {
    const rename: (...values: unknown[]) => number = koffi
      .load(null)
      .func('int renamex_np(const char *from, const char *to, unsigned int flags)')
    return (first, second) => rename(first, second, macRenameSwap)
  }
  return null
}
