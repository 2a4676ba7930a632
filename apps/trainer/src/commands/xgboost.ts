import { ClaimsError } from '@claims/contracts'
import { installLibrary, XGBoostError } from '@claims/xgboost'
import type { InstallLibraryCommandOptions } from '../command-options.ts'
import { pipEnvironment } from '../config.ts'
import type { CommandContext } from '../context.ts'

/** `claims xgboost install`: places the official XGBoost library for this user. */
export async function installXGBoost(
  options: InstallLibraryCommandOptions,
  { output, signal }: CommandContext,
): Promise<0> {
  try {
    const installed = await installLibrary({ ...options, environment: pipEnvironment(), signal })
    const { path, version, fetched } = installed
    output.line(`XGBoost ${version} ${fetched ? 'is placed' : 'was there already'}: ${path}`)
    if (options.directory !== undefined) output.line(`use it with XGBOOST_LIBRARY=${path}`)
    output.result(installed)
    return 0
  } catch (error) {
    if (!(error instanceof XGBoostError)) throw error
    throw new ClaimsError('library_unavailable', error.message, { cause: error })
  }
}
