import { describe, expect, test } from '@jest/globals'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireLocalFiles } from '../src/sqlite/require-local-files.ts'

const linux = process.platform === 'linux' ? describe : describe.skip
linux('a file system of a network is refused by name', () => {
  const mounts = [
    '24 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '60 24 0:50 / /tmp rw - fuse.sshfs other:/home rw,user_id=0',
    '61 24 0:51 / /tmp/disk rw shared:1 - fuseblk /dev/sdb1 rw',
  ].join('\n')
  const path = join(tmpdir(), 'absent/claims.sqlite')
  const on = (type: number) => () => {
    requireLocalFiles(path, { typeOf: () => type, mounts: () => mounts.replaceAll('/tmp', tmpdir()) })
  }

  test.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    // As a signed number.
    [0xff534d42 | 0, 'CIFS'],
    [0xfe534d42, 'SMB 2'],
    [0x01021997, '9P'],
    [0x65735546, 'fuse.sshfs'],
  ])('%d', (type, name) => {
    expect(on(type)).toThrow(
      expect.objectContaining({
        code: 'database_refused',
        message: expect.stringContaining(` lies on ${name},`) as unknown,
      }),
    )
  })

  test('a disk is taken, also one that a program of this machine serves, and this machine is asked by default', () => {
    expect(on(0xef53)).not.toThrow()
    const folder = mkdtempSync(join(tmpdir(), 'claims-disk-'))
    const disk = mounts.replaceAll('/tmp/disk', folder)
    const askedOf = (table: string) => () => {
      requireLocalFiles(join(folder, 'claims.sqlite'), { typeOf: () => 0x65735546, mounts: () => table })
    }
    expect(askedOf(disk)).not.toThrow()
    // What was mounted last at a place lies on top.
    const over = `62 24 0:52 / ${folder} rw - fuse.sshfs other:/home rw`
    expect(askedOf(`${disk}\n${over}`)).toThrow('fuse.sshfs')
    expect(askedOf(`${over}\n${disk}`)).not.toThrow()
    rmdirSync(folder)
    expect(() => {
      requireLocalFiles(path)
    }).not.toThrow()
  })
})
