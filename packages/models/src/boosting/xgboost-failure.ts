import { ClaimsError, toClaimsError, type ErrorCode } from '@claims/contracts'
import { XGBoostError, type XGBoostErrorCode } from '@claims/xgboost'

/** Codes of failures that are not the library's own; the rest is `native_failure`. */
const codes: Partial<Readonly<Record<XGBoostErrorCode, ErrorCode>>> = {
  library_not_found: 'library_unavailable',
  library_unsupported: 'library_unavailable',
  invalid_parameter: 'invalid_blueprint',
  invalid_model: 'damaged_bundle',
}

/**
 * The product's error for what was thrown while XGBoost worked.
 *
 * @param thrown the caught value
 * @param signal when aborted, the error is `aborted`
 */
export function xgboostFailure(thrown: unknown, signal?: AbortSignal): ClaimsError {
  if (signal?.aborted === true) return new ClaimsError('aborted', 'The work was aborted', { cause: thrown })
  if (!(thrown instanceof XGBoostError)) return toClaimsError(thrown)
  return new ClaimsError(codes[thrown.code] ?? 'native_failure', `XGBoost: ${thrown.message}`, {
    cause: thrown,
  })
}
