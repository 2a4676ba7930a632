import { mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { canonicalJson, ClaimsError, type Manifest, manifestSchema } from '@claims/contracts'
import { digestFile, type FileDigest, isSystemError, writeFlushed } from '@claims/contracts/files'
import { flushDirectories } from './flush-directories.ts'
import { listFiles } from './list-files.ts'
import { putInPlace } from './put-in-place.ts'
import { exists, recoverAndClean, temporarySibling } from './temporary-sibling.ts'

/** What of an earlier bundle may be lost. */
export interface ReplaceOptions {
  /** Replaces a bundle of which a file was edited. Default false. */
  readonly overwrite?: boolean
}

/** Everything of a manifest that is known before the files are hashed. */
export type ManifestFacts = Omit<Manifest, 'files'>

/**
 * Writes a bundle so that a process killed at any moment leaves either the bundle that was there before or the
 * new one, whole. The files are written to a temporary directory beside the target, hashed into `manifest.json`
 * (last, keys in canonical order), forced to the disk, and put in place in one atomic step.
 *
 * @param directory where the bundle goes; absent, empty, or an earlier bundle
 * @param fill writes every file but the manifest below the directory that it is given, and returns the facts
 * @param options what of an earlier bundle may be lost
 * @returns the manifest that was written
 * @throws ClaimsError `already_exists` where the directory is no bundle, or holds files that are not the bundle's or
 *   were edited since
 * @throws TypeError where the facts do not fit the manifest's schema
 *
 * @example
 * const manifest = await writeBundle('fraud-bundle', async (temporary) => {
 *   await writeFile(join(temporary, 'policy.json'), canonicalJson(policy))
 *   return facts
 * })
 */
export async function writeBundle(
  directory: string,
  fill: (temporaryDirectory: string) => Promise<ManifestFacts>,
  options: ReplaceOptions = {},
): Promise<Manifest> {
  const target = await targetOf(directory)
  await mkdir(dirname(target), { recursive: true })
  await recoverAndClean(target)
  await requireReplaceable(target, options)
  const temporary = temporarySibling(target, 'new')
  try {
    await mkdir(temporary)
    const facts = await fill(temporary)
    const files = await digestAll(temporary)
    const parsed = manifestSchema.safeParse({ ...facts, files })
    if (!parsed.success) {
      throw new TypeError(`The manifest does not fit its schema: ${parsed.error.message}`)
    }
    await writeFlushed(join(temporary, 'manifest.json'), canonicalJson(parsed.data))
    await flushDirectories(temporary)
    await requireReplaceable(target, options)
    await putInPlace(temporary, target)
    return parsed.data
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

async function targetOf(directory: string): Promise<string> {
  return (await exists(directory)) ? await realpath(directory) : resolve(directory)
}

async function digestAll(directory: string): Promise<Record<string, FileDigest>> {
  const { files, others } = await listFiles(directory)
  if (others.length > 0)
    throw new TypeError(`A bundle holds plain files only, but ${String(others[0])} is none`)
  const digests: Record<string, FileDigest> = {}
  for (const name of files) {
    if (name === 'manifest.json') throw new TypeError('manifest.json is written by writeBundle')
    digests[name] = await digestFile(join(directory, name), { flush: true })
  }
  return digests
}

/**
 * Checks that `writeBundle` may write here, so that long work for a bundle need not fail at its end.
 *
 * @param directory where a bundle would go
 * @param options what of an earlier bundle may be lost
 * @throws ClaimsError `already_exists` where the directory is no bundle, or holds files that are not the bundle's,
 *   hidden ones included, or were edited since
 */
export async function requireReplaceable(
  directory: string,
  { overwrite = false }: ReplaceOptions = {},
): Promise<void> {
  const target = await targetOf(directory)
  const refuse = (problem: string, allowed: string): never => {
    throw new ClaimsError('already_exists', `${target} ${problem}`, {
      problems: [{ field: target, problem, allowed }],
    })
  }
  const allowed = 'a path that is free, an empty directory, or a bundle'
  if (!(await exists(target))) return
  if (!(await stat(target)).isDirectory()) return refuse('exists and is not a directory', allowed)
  if ((await readdir(target)).length === 0) return
  const listed = await listedFiles(join(target, 'manifest.json'))
  if (listed === null) return refuse('exists and is not a bundle', allowed)
  const { files, others } = await listFiles(target)
  const foreign = [...files, ...others].find(
    (name) => name !== 'manifest.json' && !listed.has(name) && !ofSystem.test(name),
  )
  if (foreign !== undefined) {
    return refuse(
      `holds ${foreign}, which is not the bundle's and would be lost`,
      'a bundle without other files',
    )
  }
  if (overwrite) return
  const edited = await editedFile(target, listed)
  if (edited === null) return
  // Another writer may have replaced the bundle between the look at its manifest and at its files.
  const now = await listedFiles(join(target, 'manifest.json'))
  if (now === null || [...now].some(([name, digest]) => listed.get(name) !== digest))
    return requireReplaceable(directory)
  return refuse(
    `holds ${edited}, which was edited since it was written and would be lost`,
    'a free name, or --overwrite (overwrite: true) to replace the bundle',
  )
}

/** The first file of a bundle that is not what its manifest says; one that is gone cannot be lost. */
async function editedFile(target: string, listed: ReadonlyMap<string, string>): Promise<string | null> {
  for (const [name, digest] of listed) {
    try {
      if ((await digestFile(join(target, name))).sha256 !== digest) return name
    } catch (error) {
      if (!isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error
    }
  }
  return null
}

/** What file managers and network file systems leave in a folder. */
const ofSystem = /(^|\/)\.(DS_Store|nfs[0-9a-f]+)$/

/** SHA-256 by file, as the manifest says; an empty text where it says none. */
async function listedFiles(path: string): Promise<Map<string, string> | null> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (content === null || typeof content !== 'object' || !('files' in content)) return null
    const { files } = content
    if (!('format_version' in content) || files === null || typeof files !== 'object') return null
    return new Map(Object.entries(files).map(([name, digest]) => [name, digestText(digest)]))
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', 'EISDIR')) return null
    throw error
  }
}

function digestText(digest: unknown): string {
  return typeof digest === 'object' && digest !== null && 'sha256' in digest ? String(digest.sha256) : ''
}
