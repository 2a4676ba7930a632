import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { digestFile, isSystemError, replaceFile, sha256, writeFlushed } from '@claims/contracts/files'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claims-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a file is replaced by another one, and nothing is left beside it', async () => {
  const path = join(folder, 'state.json')
  await writeFile(path, 'a first and longer content')
  const before = await stat(path)
  await replaceFile(path, 'zwölf', `${path}.new`)
  expect(await readFile(path, 'utf8')).toBe('zwölf')
  // Written in place, it would be the same file, half of it for whoever reads meanwhile.
  expect((await stat(path)).ino).not.toBe(before.ino)
  expect(await readdir(folder)).toEqual(['state.json'])
  expect(await digestFile(path)).toEqual({ sha256: sha256('zwölf'), bytes: 6 })
})

test('what cannot be written whole leaves what was there', async () => {
  const path = join(folder, 'kept.json')
  await writeFile(path, 'old')
  await mkdir(`${path}.new`)
  const failure = await replaceFile(path, 'new', `${path}.new`).catch((error: unknown) => error)
  expect(isSystemError(failure, 'EISDIR')).toBe(true)
  expect(isSystemError(failure, 'ENOENT')).toBe(false)
  expect(isSystemError('EISDIR, not thrown by the system')).toBe(false)
  expect(await readFile(path, 'utf8')).toBe('old')
})

test('a file is written from pieces, each before the next is asked for', async () => {
  const path = join(folder, 'pieces.bin')
  const piece = new Uint8Array(3)
  const pieces = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (const value of [1, 2, 3]) yield await Promise.resolve(piece.fill(value))
  }
  await writeFlushed(path, pieces())
  expect([...(await readFile(path))]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3])
})
