/** Options that name what to infer a blueprint from. */
export interface InferenceOptions {
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
export interface DemoOptions {
  readonly out: string
  readonly rows: number
  readonly seed: number
  readonly port: number
}
/** Options of `generate`. */
export interface GenerateOptions {
  readonly blueprint: string
  readonly rows: number
  readonly seed: number
  readonly drift?: string
  readonly out: string
}
/** Options of `init`. */
export interface InitOptions extends InferenceOptions {
  readonly data: string
  readonly out: string
}
/** Options of `check`. */
export interface CheckOptions {
  readonly data: string
  readonly blueprint: string
  readonly seed: number
}
/** Options of `train`. */
export interface TrainCommandOptions extends InferenceOptions {
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
export interface ScoreCommandOptions extends ModelOptions {
  readonly data: string
  readonly out: string
  readonly reasons: number
}
/** Options of `evaluate`. */
export interface EvaluateCommandOptions extends ModelOptions {
  readonly data: string
  readonly out?: string
  readonly seed: number
}
/** Options of `serve`. */
export interface ServeOptions extends ModelOptions {
  readonly port?: number
  readonly host: string
}
/** Options of `models promote` and `models rollback`. */
export interface PromoteOptions {
  readonly model: string
  readonly reason: string
  readonly actor: string
  readonly override?: boolean
}
/** Options of `xgboost install`. */
export interface InstallLibraryCommandOptions {
  readonly directory?: string
  readonly index?: string
  readonly wheel?: string
}
