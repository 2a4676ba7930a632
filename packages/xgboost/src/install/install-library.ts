import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, XGBoostError } from '../errors.ts'
import { loadLibrary } from '../library.ts'
import { fetchWheel, requireHash } from './package-index.ts'
import { findPipIndex } from './pip-index.ts'
import type { Environment } from './pip-index.ts'
import { pinnedWheel, placedDirectory } from './pinned-wheel.ts'
import type { PinnedWheel } from './pinned-wheel.ts'
import { readZip } from './zip-archive.ts'

/** Where to fetch the official library from and where to place it; see {@link installLibrary}. */
export interface InstallLibraryOptions {
  /** Where to place it. Default {@link placedDirectory}, where {@link loadLibrary} looks. */
  readonly directory?: string
  /** The package index to use before any that pip's configuration names. */
  readonly index?: string
  /** The wheel, fetched already; no network is used then. */
  readonly wheel?: string
  /** Variables such as `process.env`: `PIP_INDEX_URL`, `PIP_CONFIG_FILE`, `PIP_CERT`. Default none. */
  readonly environment?: Environment
  readonly signal?: AbortSignal
}

/** The placed library. */
export interface InstalledLibrary {
  /** The library file, for `loadLibrary({ path })`. */
  readonly path: string
  readonly version: string
  /** False when it was there already. */
  readonly fetched: boolean
}

/**
 * Places the official CPU build of libxgboost for this user: fetches the pinned `xgboost-cpu` wheel from the package
 * index that pip would use, requires its SHA-256, unpacks the library with its OpenMP runtime, and loads it once. No
 * Python is needed. A library that is in place is left alone.
 *
 * @param options directory, index or wheel, environment
 * @returns where the library is
 * @throws XGBoostError `install_failed` saying what to do: no wheel for this machine, no index, no network, another hash
 * @example
 * ```ts
 * const { path } = await installLibrary({ environment: process.env })
 * loadLibrary().source // 'placed'
 * ```
 */
export async function installLibrary(options: InstallLibraryOptions = {}): Promise<InstalledLibrary> {
  const { directory = placedDirectory(), environment = {}, signal } = options
  const wheel = pinnedWheel()
  if (wheel === undefined)
    throw new XGBoostError(
      'install_failed',
      `no library is pinned for ${process.platform} ${process.arch}; install XGBoost yourself and pass its path`,
    )
  const path = join(directory, wheel.library)
  if (existsSync(path)) return { path, version: loadLibrary({ path }).version, fetched: false }
  const bytes =
    options.wheel === undefined
      ? await fetchWheel(await findPipIndex(environment, options.index), wheel, signal)
      : await readWheel(options.wheel, wheel)
  await place(bytes, { directory, wheel })
  const { version } = loadLibrary({ path })
  if (version !== wheel.version)
    throw new XGBoostError('install_failed', `${path} is XGBoost ${version}, not ${wheel.version}`)
  return { path, version, fetched: true }
}

const readWheel = async (path: string, wheel: PinnedWheel): Promise<Buffer> => {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new XGBoostError('install_failed', `the wheel cannot be read: ${messageOf(error)}`, {
      cause: error,
    })
  })
  requireHash(bytes, wheel, path)
  return bytes
}

/** Unpacks the shared libraries beside the directory, then moves it there in one step. */
async function place(
  bytes: Buffer,
  { directory, wheel }: { directory: string; wheel: PinnedWheel },
): Promise<void> {
  const temporary = `${directory}.${randomUUID()}.tmp`
  try {
    for (const entry of readZip(bytes)) {
      if (!/^[\w./-]+\.so(\.\d+)*$/.test(entry.name) || entry.name.split('/').includes('..')) continue
      const file = join(temporary, entry.name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, entry.read(), { mode: 0o755, flag: 'wx' })
    }
    if (!existsSync(join(temporary, wheel.library)))
      throw new XGBoostError('install_failed', `${wheel.fileName} holds no ${wheel.library}`)
    await moveInto(temporary, directory, wheel)
  } catch (error) {
    if (error instanceof XGBoostError) throw error
    throw new XGBoostError(
      'install_failed',
      `the library cannot be written to ${directory}: ${messageOf(error)}; choose another directory`,
      { cause: error },
    )
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** The library itself comes last. What another process placed meanwhile is as good. */
async function moveInto(temporary: string, directory: string, wheel: PinnedWheel): Promise<void> {
  await mkdir(directory, { recursive: true })
  const isLast = (name: string): boolean => wheel.library.startsWith(`${name}/`)
  const names = (await readdir(temporary)).sort((left, right) => Number(isLast(left)) - Number(isLast(right)))
  for (const name of names) {
    const target = join(directory, name)
    try {
      await rename(join(temporary, name), target)
    } catch (error) {
      if (!existsSync(target)) throw error
    }
  }
}
