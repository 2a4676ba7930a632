import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { DirectoryArtifactStore, directoryFiles, writeBundle } from '@claims/registry'
import { exampleManifestFacts } from '@claims/registry/example'

let root: string
let bundle: string
const large = Buffer.alloc(1_000_000, 'claims')
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'claims-directory-files-'))
  bundle = join(root, 'bundle')
  await writeBundle(bundle, async (temporary) => {
    await writeFile(join(temporary, 'large.bin'), large)
    await writeFile(join(temporary, 'empty.txt'), '')
    return exampleManifestFacts()
  })
})
afterEach(() => rm(root, { recursive: true }))

/** Pieces of a file, copied, since each is the reader's until it asks for the next. */
async function pieces(name: string): Promise<Buffer[]> {
  const all: Buffer[] = []
  for await (const piece of (await directoryFiles(bundle)).stream(name)) all.push(Buffer.from(piece))
  return all
}

test('a large file comes in pieces that are its bytes, an empty one in none', async () => {
  const found = await pieces('large.bin')
  expect(found.map(({ length }) => length)).toEqual([262_144, 262_144, 262_144, 213_568])
  expect(Buffer.concat(found)).toEqual(large)
  expect(await pieces('empty.txt')).toEqual([])
})

test.each([
  ['altered', () => writeFile(join(bundle, 'large.bin'), Buffer.alloc(1_000_000, 'x')), 'was altered'],
  ['longer', () => appendFile(join(bundle, 'large.bin'), 'x'), 'has 1000001 bytes instead of 1000000'],
  ['gone', () => rm(join(bundle, 'large.bin')), 'is missing'],
])('a file that is %s ends with an error, not with its last piece', async (_, change, problem) => {
  await change()
  await expect(pieces('large.bin')).rejects.toMatchObject({
    code: 'damaged_bundle',
    problems: [{ field: 'large.bin', problem: expect.stringContaining(problem) }],
  })
  const store = new DirectoryArtifactStore(join(root, 'registry'))
  const files = await directoryFiles(bundle)
  await expect(store.put(files)).rejects.toMatchObject({ code: 'damaged_bundle' })
  await expect(store.open(files.manifestSha256)).rejects.toMatchObject({ code: 'file_not_found' })
})

test('a reader that stops early leaves no file open', async () => {
  const files = await directoryFiles(bundle)
  for await (const piece of files.stream('large.bin')) {
    expect(piece).toHaveLength(262_144)
    break
  }
  await expect(files.stream('absent.bin').next()).rejects.toMatchObject({ code: 'file_not_found' })
})
