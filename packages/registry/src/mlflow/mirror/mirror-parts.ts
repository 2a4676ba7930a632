import type { ArtifactStore, BundleFiles, Ledger } from '@claims/contracts'
import type { MlflowCalls } from '../mlflow-failure.ts'
import type { MirrorDifference } from './mirror-difference.ts'
import type { VersionContent } from './mirror-version.ts'

/** What a mirror is made with. */
export interface MirrorParts {
  /** Histories of the registry: what of them is not at MLflow yet is what waits. */
  readonly ledger: Ledger
  readonly artifacts: ArtifactStore
  readonly mlflow: MlflowCalls
  /** The experiment of the runs that versions hang on; default `claims`. */
  readonly experimentName?: string | undefined
  /** Tells what MLflow can show of a bundle, from a copy of it in a directory. */
  readonly describe?: ((directory: string, bundle: BundleFiles) => Promise<VersionContent>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of a difference. */
export interface MirrorRow extends Omit<MirrorDifference, 'repair' | 'what'> {
  readonly what: MirrorDifference['what'] | 'bundle' | 'model' | 'history'
  /** `left`: it is others' own, or could not be repaired, and `problem` says why. */
  readonly state: 'found' | 'sent' | 'repaired' | 'left' | 'foreign'
  readonly problem?: string | undefined
}

/** What a mirror came to. */
export interface MirrorResult {
  readonly name: string
  /** Address of the server, without credentials. */
  readonly address: string
  /** Entries of the history, and how many of them are at MLflow now. */
  readonly entries: number
  readonly position: number
  /** SHA-256 of the last of them. */
  readonly sha256: string
  readonly rows: readonly MirrorRow[]
  /** What MLflow cannot hold as it is, and what could not be told. */
  readonly notes: readonly string[]
}
