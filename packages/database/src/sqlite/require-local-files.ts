import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { ClaimsError } from '@claims/contracts'

/** File systems of networks by the number that Linux gives them (statfs(2)). */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB 2'],
  [0xff534d42, 'CIFS'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01021997, '9P'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
  [0x19830326, 'BeeGFS'],
])
/** Programs that serve files; what is behind them is told by the table of mounts. */
const served = 0x65735546

/** What is asked about the machine. */
export interface FileSystems {
  /** The number that the system gives to the file system of a path. */
  readonly typeOf: (path: string) => number
  /** The table of mounts, as `/proc/self/mountinfo` has it. */
  readonly mounts: () => string
}

const thisMachine: FileSystems = {
  typeOf: (path) => statfsSync(path).type,
  mounts: () => readFileSync('/proc/self/mountinfo', 'utf8'),
}

/**
 * Refuses a place on a network: locks and the shared memory of SQLite's write-ahead log do not hold there, and two hosts
 * would damage the file. Linux tells; on another system nothing is known and nothing is refused.
 *
 * @throws ClaimsError `database_refused` naming the file system
 */
export function requireLocalFiles(path: string, fileSystems: FileSystems = thisMachine): void {
  if (process.platform !== 'linux') return
  let nearest = path
  while (!existsSync(nearest)) nearest = dirname(nearest)
  // The number is unsigned in some versions of Node and signed in others.
  const type = fileSystems.typeOf(nearest) >>> 0
  const name = type === served ? servedName(nearest, fileSystems.mounts()) : networkFileSystems.get(type)
  if (name === undefined) return
  const problem = `lies on ${name}, a file system of a network`
  throw new ClaimsError('database_refused', `The database ${path} ${problem}`, {
    problems: [{ field: 'database', problem, allowed: 'a path on a local disk, or postgres://' }],
  })
}

/** What serves the mount that a path is in, such as `fuse.sshfs`; undefined where it is a local disk (`fuseblk`). */
function servedName(path: string, mounts: string): string | undefined {
  const holding = mounts
    .split('\n')
    .map((line) => ({ point: line.split(' ')[4] ?? '', kind: /(?<= - )\S+/.exec(line)?.[0] ?? '' }))
    .filter(({ point }) => point !== '' && (path === point || path.startsWith(point.replace(/\/?$/, '/'))))
    // Of several at one place the last lies on top.
    .sort((a, b) => a.point.length - b.point.length)
    .at(-1)
  return holding?.kind.startsWith('fuse.') === true || holding?.kind === 'fuse' ? holding.kind : undefined
}
