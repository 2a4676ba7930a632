import { compareVersions } from './compare-versions.ts'

const NEEDED = '1.7.5, 1.7.6 or 3.0 and later are needed'

/**
 * Why a version of the library is not used.
 *
 * XGBoost 2.x uses `std::regex` when a booster is made and takes Node's own, which its wheels are not built for: the
 * process ends without an exception. Earlier and later versions do not use it there.
 *
 * @param version such as `2.1.4`
 * @returns the reason; absent for a version that is used
 */
export function versionProblem(version: string): string | undefined {
  if (compareVersions(version, '1.7.5') < 0) return `it is too old; ${NEEDED}`
  if (version.startsWith('2.')) return `every 2.x ends the process of Node when a booster is made; ${NEEDED}`
  return undefined
}
