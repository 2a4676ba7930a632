import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import koffi from 'koffi'
import { compareVersions } from './compare-versions.ts'
import { messageOf, XGBoostError } from './errors.ts'
import type { XGBoostErrorCode } from './errors.ts'
import { pinnedWheel, placedDirectory as placedDirectoryOfUser } from './install/pinned-wheel.ts'
import { nativeGlobalConfiguration, parseGlobalConfiguration } from './global-configuration.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import { LibrarySettings } from './library-settings.ts'
import { registerLog } from './log-callback.ts'
import { declareNativeApi } from './native/native-api.ts'
import type { NativeApi } from './native/native-api.ts'
import { readString } from './native/native-memory.ts'
import { TrainingThreads } from './training-thread.ts'
import { versionProblem } from './version-problem.ts'

/** Where a library was found. */
export type LibrarySource = 'explicit' | 'placed' | 'xgboost_node' | 'system'

/** Where to look for libxgboost; see {@link loadLibrary}. */
export interface LoadLibraryOptions {
  /** A library file to use and no other. */
  readonly path?: string
  /**
   * A directory that may hold the official library: the file itself or the unpacked wheel. Default: where
   * {@link installLibrary} places it for this user.
   */
  readonly placedDirectory?: string
}

/**
 * A loaded libxgboost. Matrices and boosters belong to the library that made them and cannot be mixed with those of
 * another file.
 */
export class XGBoostLibrary {
  /** The file, or the bare name when the system's loader found it. */
  readonly path: string
  readonly source: LibrarySource
  /** For example `1.7.5`. */
  readonly version: string
  /** Libraries that were found before this one and passed over, each with the reason. */
  readonly passedOver: readonly string[]
  /** What the library says of its own build: compiler, OpenMP, CUDA. */
  readonly buildInfo: Readonly<Record<string, unknown>>
  /** The C API. @internal */
  readonly native: NativeApi
  /** What its threads are told. @internal */
  readonly settings: LibrarySettings
  /** Where its boosters train. @internal */
  readonly threads: TrainingThreads

  /** @internal */
  constructor(path: string, source: LibrarySource, passedOver: readonly string[] = []) {
    this.path = path
    this.source = source
    this.passedOver = Object.freeze([...passedOver])
    this.native = declareNativeApi(koffi.load(path))
    const [major, minor, patch] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)]
    this.native.version(major, minor, patch)
    this.version = [major, minor, patch].map(String).join('.')
    const problem = versionProblem(this.version)
    if (problem !== undefined)
      throw new XGBoostError('library_unsupported', `${path} is XGBoost ${this.version}: ${problem}`)
    const out = new BigUint64Array(1)
    this.check(this.native.buildInfo(out), 'native')
    const buildInfo = JSON.parse(readString(out[0] ?? 0n)) as Record<string, unknown>
    this.buildInfo = Object.freeze(buildInfo)
    this.check(this.native.setGlobalConfig('{"verbosity":0}'), 'native')
    this.settings = new LibrarySettings()
    this.threads = new TrainingThreads(path, this.settings)
    Object.freeze(this)
  }

  /** Whether the library is of this version or a later one, for example `3.1.0`. */
  atLeast(version: string): boolean {
    return compareVersions(this.version, version) >= 0
  }

  /** The global configuration of the calling thread's library. */
  globalConfiguration(): GlobalConfiguration {
    const out = new BigUint64Array(1)
    this.check(this.native.getGlobalConfig(out), 'native')
    return parseGlobalConfiguration(readString(out[0] ?? 0n))
  }

  /**
   * Changes the global configuration, here and on the training threads; what is not named stays.
   *
   * @param configuration verbosity, threads
   * @throws XGBoostError `invalid_parameter`, `library_unsupported` for what the library's version lacks
   */
  setGlobalConfiguration(configuration: GlobalConfiguration): void {
    const change = nativeGlobalConfiguration(configuration)
    if ('nthread' in change && !('nthread' in this.globalConfiguration()))
      throw new XGBoostError(
        'library_unsupported',
        `a global nthread needs XGBoost 3.0; this library is ${this.version}`,
      )
    this.check(this.native.setGlobalConfig(JSON.stringify(change)), 'invalid_parameter')
    this.settings.configure(change)
  }

  /**
   * Sends the library's messages to a function, from this thread and from the training threads, in place of the
   * standard error stream. At the default verbosity of 0 there are none. A message of a thread that the library
   * itself started (OpenMP) goes to the standard error stream still.
   *
   * @param listener called with each message; `undefined` drops them from now on
   */
  onLog(listener: ((message: string) => void) | undefined): void {
    if (this.settings.listen(listener))
      this.check(
        registerLog(this.native, (message) => {
          this.settings.log(message)
        }),
        'native',
      )
  }

  /** The error for a message of the library, without the place in its source and its stack trace. @internal */
  failure(code: XGBoostErrorCode, message: string): XGBoostError {
    return new XGBoostError(code, firstLine(message))
  }

  /** Throws an {@link XGBoostError} with the library's message when a call answered a failure. @internal */
  check(status: number, code: XGBoostErrorCode): void {
    if (status !== 0) throw this.failure(code, this.native.getLastError())
  }
}

/** The library may put the whole of what it was given into a message. */
const MOST_CHARACTERS = 600

const firstLine = (message: string): string => {
  const text = message.split('\nStack trace')[0]?.trim() ?? ''
  const plain = text.replace(/^\[[\d:]+\]\s*\S+?:\d+:\s*/, '')
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS)} ...` : plain
}

const FILE_NAME: string =
  process.platform === 'darwin'
    ? 'libxgboost.dylib'
    : process.platform === 'win32'
      ? 'xgboost.dll'
      : 'libxgboost.so'

const carriedPlatform = (): boolean =>
  ['linux-x64', 'darwin-arm64'].includes(`${process.platform}-${process.arch}`)

const fileOfXGBoostNode = (): string | undefined => {
  const folder = process.platform === 'darwin' ? 'binary' : 'lib'
  if (!carriedPlatform()) return undefined
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve('xgboost_node/package.json')),
      folder,
      FILE_NAME,
    )
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'MODULE_NOT_FOUND')
      return undefined
    throw error
  }
}

/**
 * Loads libxgboost (1.7.5, 1.7.6, or 3.0 and later). Without `path` it looks in `placedDirectory`, in the `xgboost_node` package, and
 * where the system's loader looks, in this order. The returned object is the handle: keep it and pass it as `library`
 * to what should use it. Nothing is remembered here; the operating system loads one file once.
 *
 * What is found without being asked for and cannot be used, such as a 2.x or a damaged file, is passed over: the next place is looked at,
 * `passedOver` of the result says so, and so does a warning of the process.
 *
 * @param options where to look
 * @returns the loaded library with its path, version, source and build information
 * @throws XGBoostError `library_not_found` naming every place tried, `library_unsupported` where there is one, but it is
 *   too old or a 2.x
 * @example
 * ```ts
 * const official = loadLibrary({ path: '/opt/xgboost/lib/libxgboost.so' })
 * const data = DMatrix.fromDense(values, { rows, columns, library: official })
 * ```
 */
export function loadLibrary(options: LoadLibraryOptions = {}): XGBoostLibrary {
  const failures: string[] = []
  const passedOver: string[] = []
  let unsupported = false
  for (const { path, source } of candidates(options)) {
    if (path.includes('/') && !existsSync(path)) {
      failures.push(`${path} (${source}): no such file`)
      continue
    }
    try {
      const found = new XGBoostLibrary(path.includes('/') ? realpathSync(path) : path, source, passedOver)
      for (const reason of passedOver)
        process.emitWarning(
          `${reason}; XGBoost ${found.version} (${source}) is used instead`,
          'XGBoostWarning',
        )
      return found
    } catch (error) {
      if (error instanceof XGBoostError && (source === 'explicit' || error.code !== 'library_unsupported'))
        throw error
      unsupported ||= error instanceof XGBoostError
      const problem = error instanceof XGBoostError ? error.message : `${path}: ${messageOf(error)}`
      passedOver.push(`passed over ${problem} (${source})`)
      failures.push(`${path} (${source}): ${messageOf(error)}`)
    }
  }
  throw new XGBoostError(
    unsupported ? 'library_unsupported' : 'library_not_found',
    `libxgboost could not be loaded; tried ${failures.join('; ')}; ${remedy()}`,
  )
}

/** What brings a library to this machine. */
const remedy = (): string => {
  const placed = pinnedWheel() && '`xgboost-library install` places the official one'
  const carried = carriedPlatform() && 'the package xgboost_node 0.4.2 carries one'
  return [placed, carried, 'else install XGBoost 3 where the system looks'].filter(Boolean).join(', ')
}

function* candidates({
  path,
  placedDirectory = placedDirectoryOfUser(),
}: LoadLibraryOptions): Generator<{ path: string; source: LibrarySource }> {
  if (path !== undefined) {
    yield { path, source: 'explicit' }
    return
  }
  yield { path: join(placedDirectory, FILE_NAME), source: 'placed' }
  yield { path: join(placedDirectory, 'xgboost', 'lib', FILE_NAME), source: 'placed' }
  const carried = fileOfXGBoostNode()
  if (carried !== undefined) yield { path: carried, source: 'xgboost_node' }
  yield { path: FILE_NAME, source: 'system' }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/**
 * The library used where none is passed: found as by `loadLibrary()` when first asked for, then always the same.
 *
 * @returns path, version, source and build information of the default library
 * @throws XGBoostError as {@link loadLibrary}
 * @example
 * ```ts
 * library().version // '1.7.5'
 * ```
 */
export const library: () => XGBoostLibrary = once(() => loadLibrary())
