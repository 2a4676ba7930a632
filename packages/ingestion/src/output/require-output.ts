import { access, constants, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { ClaimsError } from '@claims/contracts'
import { enclosingBundle } from './enclosing-bundle.ts'
import { outputError, refused } from './output-error.ts'
import type { OutputLedger } from './output-ledger.ts'
import { isAbsent, outputPlace, sameFile, type OutputPlace } from './output-place.ts'
import { requireApart } from './require-apart.ts'

/** What may be replaced. */
export interface OutputRules {
  /** Files that are read; none of them is ever written, also with `overwrite`. */
  readonly inputs?: readonly string[] | undefined
  /** Files and folders of the program itself; none is ever written or written into, also with `overwrite`. */
  readonly keep?: readonly string[] | undefined
  /** Replaces a file that the product did not write. Default false. */
  readonly overwrite?: boolean | undefined
  /** Knows what the product wrote; without one every file that holds something is somebody else's. */
  readonly ledger?: OutputLedger | undefined
  /** Told under which name somebody else's file, to which a link points, was kept. */
  readonly onKept?: ((kept: string) => void) | undefined
}

const free = 'a free name'

/**
 * Checks that a file may be written, before the work for it is done. What is at the name may be nothing, an empty file,
 * a file that the ledger vouches for, any file with `overwrite`, or a pipe or device, which is written to and stays. A
 * link says where to write, so what it points to is written, and somebody else's file there is kept under another name.
 *
 * @param path of the output
 * @param rules what may be replaced
 * @returns where the output goes, links followed
 * @throws ClaimsError `output_refused`, `file_not_found` when the folder does not exist, `unreadable_file` when it may
 *   not be written, `invalid_parameter` for what is no path
 * @example
 * await requireOutput('scores.csv', { inputs: ['claims.csv'] })
 */
export async function requireOutput(path: string, rules: OutputRules): Promise<OutputPlace> {
  requirePath(path)
  if (/[/\\]$/.test(path) && !(process.platform !== 'win32' && path.endsWith('\\')))
    throw refused(path, 'names a folder, and a file is written', 'the name of a file')
  const place = await outputPlace(path)
  await requireNoInput(place, rules.inputs ?? [])
  await requireApart(path, rules.keep ?? [])
  // A link to nothing has no real path.
  if (place.linked) await requireApart(place.target, rules.keep ?? [])
  if (place.kind === 'folder') throw refused(path, 'is a folder, and a file is written', 'the name of a file')
  if (place.kind === 'unusable')
    throw refused(path, `is ${place.what}`, 'a file, a pipe or a character device')
  if (place.kind === 'stream') return place
  await requireOutsideBundles(path, place.target)
  if (place.kind === 'file' && !(await mayReplace(place, rules)))
    throw refused(
      path,
      `is there already: ${place.what} that this program did not write, or that was changed since`,
      `${free}, or --overwrite (overwrite: true) to replace it`,
    )
  await requireWritable(place.kind === 'file' ? place.target : dirname(place.target), path)
  await requireWritable(dirname(place.target), path)
  return place
}

/**
 * Checks that files may be written in a folder, which may be absent: `requireOutput` for each, and the folder is no
 * bundle.
 *
 * @param path of the folder
 * @param names of the files that will be written in it
 * @param rules what may be replaced
 * @throws ClaimsError as `requireOutput`
 */
export async function requireOutputFolder(
  path: string,
  names: readonly string[],
  rules: OutputRules,
): Promise<void> {
  requirePath(path)
  await requireApart(path, rules.keep ?? [])
  const folder = await existingFolder(path)
  await requireOutsideBundles(path, folder.path)
  if (folder.missing) return requireWritable(folder.path, path)
  for (const name of names) await requireOutput(join(path, name), rules)
}

/**
 * Checks a folder that is written and replaced as a whole, such as a bundle: it lies in no bundle, no input lies in it,
 * it is apart from what the program keeps, and it is no link to nothing.
 *
 * @param path of the folder
 * @param rules inputs, and what the program keeps
 * @throws ClaimsError `output_refused`, `invalid_parameter`
 */
export async function requireWholeFolder(
  path: string,
  { inputs = [], keep = [] }: OutputRules,
): Promise<void> {
  requirePath(path)
  await requireApart(path, keep, true)
  const { path: nearest, missing } = await existingFolder(path)
  await requireOutsideBundles(path, missing ? nearest : dirname(nearest))
  if (missing) return requireWritable(nearest, path)
  for (const input of inputs) {
    const real = await realpath(input).catch(() => resolve(input))
    const way = relative(nearest, real)
    if (way !== '..' && !way.startsWith(`..${sep}`) && resolve(nearest, way) === real)
      throw refused(path, `holds the input ${input}`, 'a folder that holds no input')
  }
}

function requirePath(path: string): void {
  if (path !== '' && !path.includes('\0')) return
  throw new ClaimsError('invalid_parameter', 'The name of the output is no path', {
    problems: [
      { field: 'out', problem: path === '' ? 'is empty' : 'holds a NUL character', allowed: 'a path' },
    ],
  })
}

async function requireNoInput(place: OutputPlace, inputs: readonly string[]): Promise<void> {
  const { status } = place
  // A terminal may be read and written at once; a file or a pipe may not.
  if (status === null || !(status.isFile() || status.isFIFO())) return
  for (const input of inputs) {
    const read = await stat(input, { bigint: true }).catch(() => null) // Reading will say what is wrong with it.
    if (sameFile(status, read))
      throw refused(place.path, `is the input ${input}`, `${free}; an input is never replaced`)
  }
}

async function requireOutsideBundles(path: string, target: string): Promise<void> {
  const bundle = await enclosingBundle(target)
  if (bundle !== null)
    throw refused(
      path,
      bundle === target && (await realpath(path).catch(() => '')) === bundle
        ? 'is a bundle, which holds its own files only'
        : `lies in the bundle ${bundle}`,
      'a place outside the bundle',
    )
}

async function mayReplace(
  { linked, status, target }: OutputPlace,
  { overwrite, ledger }: OutputRules,
): Promise<boolean> {
  return linked || overwrite === true || status?.size === 0n || (await ledger?.holds(target)) === true
}

async function requireWritable(target: string, path: string): Promise<void> {
  try {
    await access(target, constants.W_OK)
  } catch (error) {
    throw outputError(error, path)
  }
}

/** The folder, links followed, or its nearest ancestor that exists. */
async function existingFolder(path: string): Promise<{ path: string; missing: boolean }> {
  for (let folder = resolve(path), missing = false; ; folder = dirname(folder), missing = true) {
    try {
      const real = await realpath(folder)
      if (!(await stat(real)).isDirectory())
        throw missing
          ? outputError(Object.assign(new Error('no folder'), { code: 'ENOTDIR' }), path)
          : refused(path, 'is there already and is no folder', 'a folder or a free name')
      return { path: real, missing }
    } catch (error) {
      if (!isAbsent(error)) throw outputError(error, path)
      if (!missing && (await isLink(folder)))
        throw refused(path, 'is a link to nothing', 'a folder or a free name')
    }
  }
}

async function isLink(path: string): Promise<boolean> {
  const name = path.slice(dirname(path).length).replace(/^[/\\]/, '')
  const entries = await readdir(dirname(path), { withFileTypes: true }).catch(() => [])
  return entries.some((entry) => entry.name === name && entry.isSymbolicLink())
}
