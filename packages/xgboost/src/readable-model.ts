import { checkParsedModel, versionOf } from './check-model.ts'
import type { ModelTraits } from './check-model.ts'
import { compareVersions } from './compare-versions.ts'
import { XGBoostError } from './errors.ts'
import type { XGBoostLibrary } from './library.ts'
import { parseModel } from './model-fields.ts'
import type { ModelValue } from './ubjson.ts'

/** The newest version whose form of models is known here. */
const NEWEST_KNOWN = '3.2.0'

/**
 * Proves that a library reads a model, and reads it rightly.
 *
 * @param bytes the model
 * @param library what is to read it
 * @returns the model's traits
 * @throws XGBoostError `invalid_model`; `library_unsupported`, naming both versions, for a model that another version
 *   is needed for
 */
export function requireReadable(bytes: Uint8Array, library: XGBoostLibrary): ModelTraits {
  const traits = checked(parseModel(bytes), library)
  const { baseScoreList, vectorLeaves, bare } = traits
  if (baseScoreList && !library.atLeast('3.1.0'))
    throw unreadable(traits, library, 'base scores are a list, which 3.1 and later read')
  if (bare && library.atLeast('2.0.0'))
    throw unreadable(traits, library, 'there are no trees in the form of versions before 2.0')
  if (vectorLeaves.size === 0) return traits
  if (!library.atLeast('2.0.0'))
    throw unreadable(traits, library, 'leaves hold several values, which 2.0 and later read')
  if (library.atLeast('3.2.0') && vectorLeaves.has('of nodes'))
    throw unreadable(
      traits,
      library,
      'leaves hold several values in the form of 2.0 to 3.1, which 3.2 fails at',
    )
  if (!library.atLeast('3.2.0') && vectorLeaves.has('apart and different'))
    throw unreadable(traits, library, 'leaves have values of their own, which 3.2 and later read')
  return traits
}

/** What contradicts itself in a model of a later form may be right there. */
const checked = (model: ModelValue, library: XGBoostLibrary): ModelTraits => {
  const version = versionOf(model)
  try {
    return checkParsedModel(model)
  } catch (thrown) {
    if (version === undefined || compareVersions(version, NEWEST_KNOWN) <= 0) throw thrown
    if (!(thrown instanceof XGBoostError && thrown.code === 'invalid_model')) throw thrown
    throw new XGBoostError('library_unsupported', `${versions(version, library)}: ${thrown.message}`)
  }
}

/**
 * The error for a model that the library itself refused: one that a later version saved is not damaged, it is unknown.
 *
 * @param refusal what the library said
 * @param traits what {@link requireReadable} answered
 * @param library the library that refused
 */
export function modelRefusal(
  refusal: XGBoostError,
  { version }: ModelTraits,
  library: XGBoostLibrary,
): XGBoostError {
  if (version === undefined || library.atLeast(version)) return refusal
  return new XGBoostError('library_unsupported', `${versions(version, library)}: ${refusal.message}`)
}

const unreadable = ({ version }: ModelTraits, library: XGBoostLibrary, why: string): XGBoostError =>
  new XGBoostError('library_unsupported', `${versions(version ?? 'another version', library)}: ${why}`)

const versions = (version: string, library: XGBoostLibrary): string =>
  `the model was saved by XGBoost ${version}; this library is ${library.version}`
