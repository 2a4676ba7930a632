import { XGBoostError } from './errors.ts'

/** What the library keeps for all its matrices and boosters. */
export interface GlobalConfiguration {
  /** 0 silent, 1 warnings, 2 information, 3 debugging. Default 0. */
  readonly verbosity?: number
  /** Threads of everything that is given no `nthread` of its own; 0 means all. 3.0 and later. */
  readonly nthread?: number
  /** Whether a CUDA build uses the RAPIDS memory manager. */
  readonly useRmm?: boolean
}

/** The library's names and values of a global configuration. Throws `invalid_parameter`. */
export function nativeGlobalConfiguration(
  configuration: GlobalConfiguration,
): Record<string, number | boolean> {
  const native: Record<string, number | boolean> = {}
  const entries: [string, unknown][] = Object.entries(configuration)
  for (const [name, value] of entries) {
    if (value === undefined) continue
    if (name === 'verbosity' && isBetween(value, 0, 3)) native['verbosity'] = value
    else if (name === 'nthread' && isBetween(value, 0, 2 ** 31 - 1)) native['nthread'] = value
    else if (name === 'useRmm' && typeof value === 'boolean') native['use_rmm'] = value
    else
      throw new XGBoostError(
        'invalid_parameter',
        `a global configuration has verbosity (0 to 3), nthread (0 or more) and useRmm (true or false); got ${name} ${JSON.stringify(value)}`,
      )
  }
  return native
}

const isBetween = (value: unknown, least: number, greatest: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest

/** Reads what the library wrote. */
export function parseGlobalConfiguration(text: string): GlobalConfiguration {
  const found = JSON.parse(text) as Record<string, unknown>
  const { verbosity, nthread, use_rmm: useRmm } = found
  return {
    ...(typeof verbosity === 'number' && { verbosity }),
    ...(typeof nthread === 'number' && { nthread }),
    ...(typeof useRmm === 'boolean' && { useRmm }),
  }
}
