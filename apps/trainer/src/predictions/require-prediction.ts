import type { LoggedPrediction, PredictionLog } from '@claims/contracts'
import { findPrediction } from '@claims/predictions'

/** The record of an id as people type it. @throws ClaimsError `unknown_prediction` */
export async function requirePrediction(
  { log }: { readonly log: PredictionLog },
  id: string,
): Promise<LoggedPrediction> {
  return await findPrediction(log, id.trim().toLowerCase())
}
