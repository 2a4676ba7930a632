import { MOST_THREADS } from './booster-configuration.ts'
import { XGBoostError } from './errors.ts'
import type { BoosterParameters } from './booster-parameters.ts'
import { PARAMETERS } from './parameter-table.ts'
import type { ParameterKind } from './parameter-table.ts'

const isParameterName = (name: string): name is keyof BoosterParameters => Object.hasOwn(PARAMETERS, name)

/** What of a library decides which parameters it takes. */
export interface ParameterReader {
  readonly path: string
  readonly version: string
  readonly buildInfo: Readonly<Record<string, unknown>>
  atLeast(version: string): boolean
}

/**
 * Turns camelCase parameters into the library's name and text pairs, in the order given.
 *
 * @param parameters names and values; an `undefined` value is left out
 * @param library the library that will read them; absent checks only names and types
 * @returns pairs for `XGBoosterSetParam`; several metrics give several pairs
 * @throws XGBoostError `invalid_parameter` for an unknown name (with the nearest known one) or a value of the wrong
 *   type, `library_unsupported` for a parameter that another version has or a device the library was not built for
 */
export function nativeParameters(
  parameters: BoosterParameters,
  library?: ParameterReader,
): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(parameters)) {
    if (!isParameterName(name))
      throw new XGBoostError(
        'invalid_parameter',
        `unknown parameter ${JSON.stringify(name)}; did you mean ${nearestName(name)}?`,
      )
    if (value === undefined) continue
    if (library) requireSupported(name, value, library)
    if ((name === 'nthread' || name === 'nJobs') && typeof value === 'number' && value > MOST_THREADS)
      throw new XGBoostError('invalid_parameter', `${name} is ${value}, more than ${MOST_THREADS}`)
    const nativeName = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    for (const text of nativeValues(name, PARAMETERS[name].kind, value)) pairs.push([nativeName, text])
  }
  return pairs
}

const requireSupported = (name: keyof BoosterParameters, value: unknown, library: ParameterReader): void => {
  const { since, until } = PARAMETERS[name]
  if (since !== undefined && !library.atLeast(since))
    throw new XGBoostError(
      'library_unsupported',
      `${name} needs XGBoost ${since}; this library is ${library.version}`,
    )
  if (until !== undefined && library.atLeast(until))
    throw new XGBoostError(
      'library_unsupported',
      `${name} is not in XGBoost ${until} or later; this library is ${library.version}`,
    )
  const onGpu =
    (name === 'device' && /^(cuda|gpu)/.test(String(value))) ||
    ((name === 'treeMethod' || name === 'predictor' || name === 'updater') && String(value).includes('gpu'))
  if (onGpu && library.buildInfo['USE_CUDA'] !== true)
    throw new XGBoostError(
      'library_unsupported',
      `${name} ${JSON.stringify(value)} needs a library built with CUDA; ${library.path} is a CPU build`,
    )
}

const nativeValues = (name: string, kind: ParameterKind, value: unknown): string[] => {
  const isNumber = (item: unknown): boolean => typeof item === 'number' && Number.isFinite(item)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const isArrayOf = (test: (item: unknown) => boolean): boolean => items.length > 0 && items.every(test)
  if (kind === 'number' && isNumber(value)) return [String(value)]
  if (kind === 'integer' && Number.isSafeInteger(value)) return [String(value)]
  if (kind === 'boolean' && typeof value === 'boolean') return [value ? '1' : '0']
  if ((kind === 'string' || kind === 'strings') && typeof value === 'string' && value !== '') return [value]
  if (kind === 'strings' && isArrayOf((item) => typeof item === 'string' && item !== ''))
    return items.map(String)
  if (kind === 'numbers' && isNumber(value)) return [String(value)]
  if (kind === 'numbers' && isArrayOf(isNumber)) return [`[${items.join(',')}]`]
  if (kind === 'constraints' && isArrayOf((item) => item === -1 || item === 0 || item === 1))
    return [`(${items.join(',')})`]
  if (
    kind === 'groups' &&
    isArrayOf(
      (group) => Array.isArray(group) && group.every((item) => Number.isSafeInteger(item) && item >= 0),
    )
  )
    return [JSON.stringify(value)]
  throw new XGBoostError(
    'invalid_parameter',
    `${name} must be ${ALLOWED[kind]}; got ${typeof value === 'number' ? value : JSON.stringify(value)}`,
  )
}

const ALLOWED: Readonly<Record<ParameterKind, string>> = Object.freeze({
  number: 'a finite number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text that is not empty',
  strings: 'a text or a list of texts',
  numbers: 'a finite number or a list of them',
  constraints: 'a list of -1, 0 or 1, one for each column',
  groups: 'a list of lists of column numbers',
})

const nearestName = (name: string): string => {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  let [nearest, least] = ['', Infinity]
  for (const known of Object.keys(PARAMETERS)) {
    const distance = editDistance(camel.toLowerCase(), known.toLowerCase())
    if (distance < least) [nearest, least] = [known, distance]
  }
  return nearest
}

const editDistance = (left: string, right: string): number => {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= right.length; j += 1)
      current.push(
        Math.min(
          (previous[j] ?? 0) + 1,
          (current[j - 1] ?? 0) + 1,
          (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1),
        ),
      )
    previous = current
  }
  return previous[right.length] ?? 0
}
