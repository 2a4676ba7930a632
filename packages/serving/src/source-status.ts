/** What is known of a registry that models come from. */
export interface RegistrySource {
  readonly kind: 'registry'
  /** `down` where it did not answer at the last look; the model goes on serving. Absent where nobody looks. */
  readonly status?: 'up' | 'down'
  /** What is served of it: NAME, NAME@ALIAS or NAME@VERSION. */
  readonly reference: string
  /** Whether a change of what the reference means is served by itself. */
  readonly follows: boolean
  readonly database: {
    readonly kind: 'sqlite' | 'postgres'
    /** Absent where it would tell a path of the machine. */
    readonly place?: string
    readonly schema_version: number | null
    /** Newest schema that this product knows. */
    readonly schema_known: number
  } | null
  readonly artifacts: {
    readonly kind: 'directory' | 's3'
    /** Absent where it would tell a path of the machine. */
    readonly place?: string
  } | null
  /** How changes are noticed; absent where nothing is followed. */
  readonly noticed_by?: 'notification' | 'polling'
  /** When the registry answered last, in ISO 8601; null before the first time. */
  readonly last_look?: string | null
  /** Code of what went wrong at the last look. */
  readonly last_failure?: string
  readonly last_problem?: string
}

/** A bundle that was named by its directory. */
export interface BundleSource {
  readonly kind: 'bundle'
  readonly status: 'up'
  /** Absent where paths are not told. */
  readonly place?: string
}

/** A model of MLflow. */
export interface MlflowSource {
  readonly kind: 'mlflow'
  /** Never set: where MLflow did not answer, the model's `last_failure` says so. */
  readonly status?: never
  /** Of the server, without credentials. */
  readonly address: string
  /** What is served of it, such as `models:/motor@champion`. */
  readonly reference: string
  /** Whether a change of what the reference means is served by itself. */
  readonly follows: boolean
}

/** Where the model that serves comes from, for `/health`. */
export type SourceStatus = BundleSource | RegistrySource | MlflowSource
