import { readFileSync } from 'node:fs'

interface Kind {
  values: number[]
  shape: number[]
  ranged?: number[]
  rangedShape?: number[]
}

/** What Python's package of one version answers; written by tooling/reference/xgboost-training.py. */
export interface TrainingReference {
  custom: { margins: number[]; history: Record<string, number[]> }
  continued: { rounds: number; predictions: number[] }
  refreshed: { rounds: number; predictions: number[] }
  cv: Record<string, number[]>
  stopped: { best_iteration: number; rounds: number }
  kinds: Record<string, Kind>
  sparse: number[]
  baseMargin: number[]
  linear: { predictions: number[]; weights: Record<string, number> }
  dump: Record<'text' | 'json' | 'dot', string[]>
}

const document = JSON.parse(
  readFileSync(new URL('../../../tooling/reference/values/xgboost-training.json', import.meta.url), 'utf8'),
) as { versions: Record<string, TrainingReference> }

/** The values of the version under test. */
export function referenceOf(version: string): TrainingReference {
  const found = document.versions[version]
  if (!found)
    throw new Error(
      `no reference for XGBoost ${version}; run tooling/reference/xgboost-training.py with that version`,
    )
  return found
}
