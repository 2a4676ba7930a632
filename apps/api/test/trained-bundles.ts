import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claims } from '@claims/blueprints'
import { generateClaims, writeClaims } from '@claims/ingestion'
import { train } from '@claims/pipeline'

/** A claim that every model of `trainBundle` scores. */
export const claim = {
  claim_id: 'C-1',
  customer_id: 'K-7',
  claim_amount: 38_000,
  claim_type: 'auto',
  claim_date: '2026-02-03',
  customer_age: 41,
  policy_tenure: 1,
  previous_claims: 4,
  claim_description: 'total loss, no witness',
  policy_start_date: '2026-01-10',
  policy_coverage: 40_000,
  policy_type: 'auto',
}

/** Trains a small model. @returns a folder of its own and the bundle in it */
export async function trainBundle(seed: number): Promise<{ root: string; bundle: string }> {
  const root = await mkdtemp(join(tmpdir(), 'claims-api-'))
  const [data, bundle] = [join(root, 'claims.csv'), join(root, 'bundle')]
  await writeClaims(data, generateClaims({ rows: 1500, seed }))
  const blueprint = {
    ...claims,
    candidates: claims.candidates.map((candidate) =>
      candidate.kind === 'xgboost'
        ? { ...candidate, parameters: { ...candidate.parameters, rounds: 20, early_stopping_rounds: 5 } }
        : candidate,
    ),
  }
  await train({ data, by: { blueprint }, out: bundle, folds: 2, seed, threads: 1 })
  return { root, bundle }
}
