import type { Costs, Reading } from '@claims/contracts'
import type { ActorOptions } from './actor.ts'

/** Options that say how a file is written. */
export interface FileOptions {
  readonly headerRow?: number
  readonly encoding?: Reading['encoding']
}
/** Options of commands that read labels. */
interface LabelOptions {
  /** Day on which the labels were taken. */
  readonly asOf?: Date
}
/** Options of commands that write files. */
export interface WriteOptions {
  readonly overwrite?: boolean
}
/** Options that say how cells and labels are written and what errors cost; they go before what a blueprint says. */
export interface MeaningOptions extends FileOptions {
  readonly decimal?: Reading['decimal']
  readonly dates?: Reading['dates']
  readonly negative?: readonly string[]
  readonly missingLabel?: readonly string[]
  readonly costs?: Costs
}
/** Options that name what to infer a blueprint from. */
export interface InferenceOptions extends MeaningOptions {
  readonly label?: string
  readonly positive?: string
  readonly id?: string
  readonly time?: string
  readonly entity?: string
}
/** Options that name a model. */
export interface ModelOptions {
  readonly bundle?: string
  readonly model?: string
}
/** Options of `demo`. */
export interface DemoOptions extends WriteOptions {
  readonly out: string
  readonly rows: number
  readonly seed: number
  readonly port: number
}
/** Options of `generate`. */
export interface GenerateOptions extends WriteOptions {
  readonly blueprint: string
  readonly rows: number
  readonly seed: number
  readonly drift?: string
  readonly out: string
}
/** Options of `init`. */
export interface InitOptions extends InferenceOptions, LabelOptions, WriteOptions {
  readonly data: string
  readonly out: string
}
/** Options of `check`. */
export interface CheckOptions extends FileOptions, LabelOptions {
  readonly data: string
  readonly blueprint: string
  readonly seed: number
}
/** Options of `train`. */
export interface TrainCommandOptions extends InferenceOptions, LabelOptions, WriteOptions {
  readonly data: string
  readonly blueprint?: string
  readonly test?: string
  readonly models?: string[]
  readonly folds?: number
  readonly seed: number
  readonly out: string
  readonly register?: string
}
/** Options of `score`. */
export interface ScoreCommandOptions extends ModelOptions, FileOptions, WriteOptions {
  readonly data: string
  readonly out: string
  readonly reasons: number
  readonly record?: boolean
  readonly purpose?: string
  readonly legalBasis?: string
  readonly retentionClass?: string
  readonly deleteAfter?: Date
  readonly idempotencyKey?: string
}
/** Options of `evaluate`. */
export interface EvaluateCommandOptions extends ModelOptions, FileOptions, LabelOptions, WriteOptions {
  readonly data: string
  readonly out?: string
  readonly seed: number
}
/** Options of `serve`. */
export interface ServeOptions extends ModelOptions {
  readonly port?: number
  readonly host: string
}
/** Who changes a model, and why. */
interface ChangeOptions {
  readonly reason: string
  readonly actor: string
}
/** Options of `models promote`. */
export interface PromoteOptions extends ActorOptions {
  readonly model: string
  readonly reason: string
  readonly override?: boolean
  readonly restore?: boolean
  /** The version that must be champion now. */
  readonly expected?: string
}
/** Options of `models gates`. */
export interface GatesOptions extends ActorOptions {
  readonly model: string
  readonly override?: boolean
}
/** Options of `models policy`. */
export interface PolicyOptions extends ActorOptions {
  readonly model: string
  readonly file?: string
  readonly approvals?: number
  readonly require?: readonly string[]
  /** Days. */
  readonly longestValidity?: number
  readonly reason?: string
}
/** Options of `models evidence`. */
export interface EvidenceOptions extends ActorOptions {
  readonly model: string
  readonly evaluation: string
  readonly reason: string
}
/** Options of `models approve`. */
export interface ApproveOptions extends ActorOptions {
  readonly model: string
  readonly key: string
  readonly reason: string
  /** Days. */
  readonly expires?: number
  readonly override?: boolean
  readonly policy?: string
}
/** Options of `keys enroll`. */
export interface EnrollOptions extends ActorOptions {
  readonly name: string
  readonly publicKey: string
  readonly signedBy?: string
  readonly reason: string
}
/** Options of `keys revoke`. */
export interface RevokeOptions extends ActorOptions {
  readonly name: string
  readonly signedBy: string
  readonly reason: string
}
/** Options of `models retire` and `models restore`. */
export interface VersionOptions extends ChangeOptions {
  readonly model: string
}
/** Options of `models delete`. */
export interface DeleteOptions extends VersionOptions {
  readonly yes?: boolean
}
/** Options of `models alias`. */
export interface AliasOptions extends VersionOptions {
  readonly alias: string
  readonly remove?: boolean
  /** The version that the alias must point at now. */
  readonly expected?: string
}
/** Who writes to a version; a reason is not asked for. */
interface NotesOptions {
  readonly model: string
  readonly actor: string
  readonly reason?: string
}
/** Options of `models tag`. */
export interface TagOptions extends NotesOptions {
  readonly tags: readonly string[]
  readonly remove?: readonly string[]
}
/** Options of `models describe`. */
export interface DescribeOptions extends NotesOptions {
  readonly text: string
}
/** Options of `models versions`. */
export interface VersionsOptions {
  readonly name: string
  readonly limit: number
  /** Cursor of the page before. */
  readonly after?: string
  readonly oldestFirst?: boolean
}
/** Options of `models retention`. */
export interface RetentionCommandOptions {
  readonly name: string
  readonly keep: number
  readonly actor: string
  readonly reason?: string
  readonly apply?: boolean
}
/** Options of `models import-directory`. */
export interface ImportDirectoryOptions extends ActorOptions {
  readonly directory?: string
}
/** Options of `models compare`. */
export interface CompareOptions extends FileOptions, LabelOptions {
  readonly first: string
  readonly second: string
  readonly data?: string
  readonly seed: number
}
/** Options of `models lineage`. */
export interface LineageOptions {
  readonly model: string
  readonly format: 'json' | 'mermaid'
}
/** Options of `models rollback`. */
export interface RollbackOptions extends ActorOptions {
  readonly model: string
  readonly reason: string
  readonly restore?: boolean
  /** The version that must be champion now. */
  readonly expected?: string
}
/** Options of commands that open a database. */
export interface DatabaseOptions {
  readonly database?: string
}
/** Options of `database backup`. */
export interface BackupOptions extends DatabaseOptions {
  readonly out: string
  readonly keyFile: string
  readonly newKey?: boolean
}
/** Options of `database restore`. */
export interface RestoreOptions extends DatabaseOptions {
  readonly from: string
  readonly keyFile: string
  readonly erasures?: string
  readonly withoutErasures?: boolean
}
/** Options of `mlflow reconcile`. */
export interface ReconcileCommandOptions {
  readonly name?: string
  readonly dryRun?: boolean
  readonly quick?: boolean
  readonly takeOver?: boolean
}
/** Options of `xgboost install`. */
export interface InstallLibraryCommandOptions {
  readonly directory?: string
  readonly index?: string
  readonly wheel?: string
}
