import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  ClaimsError,
  manifestSchema,
  parseBundleFile,
  type BundleFiles,
  type Manifest,
} from '@claims/contracts'
import { digestFile, sha256 } from './file-digest.ts'
import { listFiles } from './list-files.ts'
import { isSystemError } from './system-error.ts'
import { exists, recoverAndClean } from './temporary-sibling.ts'

/** How often a bundle that is replaced while it is read is read again. */
const attempts = 5

/** A bundle whose every file was checked. */
export interface Bundle extends BundleFiles {
  readonly directory: string
  /**
   * Absolute path of a file, or of a directory that holds files.
   *
   * @throws ClaimsError `file_not_found` where the manifest lists no such file
   */
  readonly path: (name: string) => string
  /**
   * Parsed content of a JSON file, checked by its hash again.
   *
   * @throws ClaimsError `file_not_found`, `damaged_bundle`
   */
  readonly readJson: (name: string) => Promise<unknown>
}

/**
 * Opens a bundle and checks the SHA-256 and size of its every file. A bundle that a writer replaces meanwhile is
 * read again.
 *
 * @param directory the bundle
 * @returns its manifest and access to its files
 * @throws ClaimsError `file_not_found` where the directory does not exist; `damaged_bundle` naming the file that
 *   is missing, altered, or extra where scoring would read it (below `model/`, or JSON); `unsupported_format_version`
 *
 * @example
 * const bundle = await openBundle('fraud-bundle')
 * const policy = policySchema.parse(await bundle.readJson('policy.json'))
 */
export async function openBundle(directory: string): Promise<Bundle> {
  const path = resolve(directory)
  await requireDirectory(path)
  for (let attempt = 1; ; attempt += 1) {
    const content = await readManifest(path)
    try {
      const manifest = parseManifest(content)
      await verifyFiles(path, manifest)
      return opened(path, manifest, sha256(content))
    } catch (error) {
      if (attempt === attempts || !(await wasReplaced(path, content))) throw error
    }
  }
}

async function requireDirectory(path: string): Promise<void> {
  if (!(await exists(path)) && (await exists(join(path, '..')))) await recoverAndClean(path)
  if (!(await exists(path))) {
    throw new ClaimsError('file_not_found', `There is no bundle at ${path}`, {
      problems: [{ field: path, problem: 'does not exist', allowed: 'the directory of a bundle' }],
    })
  }
  if (!(await stat(path)).isDirectory()) {
    throw new ClaimsError('file_not_found', `${path} is a file, not the directory of a bundle`, {
      problems: [{ field: path, problem: 'is a file', allowed: 'the directory of a bundle' }],
    })
  }
}

async function readManifest(directory: string): Promise<string> {
  try {
    return await readFile(join(directory, 'manifest.json'), 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'EISDIR')) throw damaged(directory, 'manifest.json', 'is missing')
    throw error
  }
}

async function wasReplaced(directory: string, content: string): Promise<boolean> {
  try {
    return (await readFile(join(directory, 'manifest.json'), 'utf8')) !== content
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}

/**
 * The manifest in a text.
 *
 * @throws ClaimsError `damaged_bundle`, `unsupported_format_version`
 */
export function parseManifest(content: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    throw damaged('The bundle', 'manifest.json', 'is not valid JSON')
  }
  const manifest = parseBundleFile(manifestSchema, value, 'manifest.json')
  for (const name of Object.keys(manifest.files)) {
    if (
      !/^[^/\\\0]+(\/[^/\\\0]+)*$/.test(name) ||
      name.split('/').some((part) => part === '..' || part === '.')
    ) {
      throw damaged('The bundle', 'manifest.json', `lists "${name}", which is no name within the bundle`)
    }
  }
  return manifest
}

async function verifyFiles(directory: string, manifest: Manifest): Promise<void> {
  for (const [name, expected] of Object.entries(manifest.files)) {
    let actual
    try {
      actual = await digestFile(join(directory, name))
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw damaged(directory, name, 'is missing')
      throw error
    }
    if (actual.bytes !== expected.bytes) {
      throw damaged(directory, name, `has ${String(actual.bytes)} bytes instead of ${String(expected.bytes)}`)
    }
    if (actual.sha256 !== expected.sha256) throw damaged(directory, name, 'was altered: its SHA-256 differs')
  }
  const { files, others } = await listFiles(directory)
  const extra = [...files, ...others].find(
    (name) =>
      name !== 'manifest.json' &&
      !Object.hasOwn(manifest.files, name) &&
      !/(^|\/)\./.test(name) &&
      (name.startsWith('model/') || name.endsWith('.json')),
  )
  if (extra !== undefined) throw damaged(directory, extra, 'is not in the manifest')
}

function opened(directory: string, manifest: Manifest, manifestSha256: string): Bundle {
  const path = (name: string): string => {
    const names = Object.keys(manifest.files)
    if (!names.some((file) => file === name || file.startsWith(`${name}/`))) {
      throw new ClaimsError('file_not_found', `The bundle ${directory} has no file ${name}`, {
        problems: [{ field: name, problem: 'is not in the bundle', allowed: names.join(', ') }],
      })
    }
    return join(directory, name)
  }
  const read = async (name: string): Promise<Buffer> => {
    const content = await readFile(path(name))
    if (sha256(content) !== manifest.files[name]?.sha256) {
      throw damaged(directory, name, 'was altered: its SHA-256 differs')
    }
    return content
  }
  return {
    directory,
    manifest,
    manifestSha256,
    path,
    read,
    readJson: async (name) => {
      const content = await read(name)
      try {
        return JSON.parse(content.toString('utf8')) as unknown
      } catch {
        throw damaged(directory, name, 'is not valid JSON')
      }
    },
  }
}

function damaged(directory: string, name: string, problem: string): ClaimsError {
  return new ClaimsError('damaged_bundle', `${directory}: ${name} ${problem}`, {
    problems: [{ field: name, problem, allowed: 'the file as training wrote it' }],
  })
}
