import type { InputExample } from './input-example.ts'
import type { JsonObject } from './json-value.ts'
import type { ModelSignature } from './signature.ts'

/** Where the bytes of a file come from: a file or folder on disk, or memory. */
export type FileSource = { readonly path: string } | { readonly bytes: Uint8Array | string }

/** A model that XGBoost saved. */
export interface XgboostModel {
  readonly model: FileSource
  /** How it was saved: UBJSON or JSON. */
  readonly format: 'ubj' | 'json'
  /** XGBoost's version, such as `3.2.0`. */
  readonly version: string
  /** The Python class that loads it. Default `xgboost.core.Booster`. */
  readonly modelClass?: string | undefined
}

/** What the MLmodel file says of a model beside its flavours. */
export interface ModelIdentity {
  /** 32 hexadecimal digits, or the id of the logged model. Default a random one. */
  readonly modelUuid?: string | undefined
  /** Id of the logged model, MLflow 3. */
  readonly modelId?: string | undefined
  readonly runId?: string | undefined
  /** Path below the run's artifacts; of a logged model, its artifact address. */
  readonly artifactPath?: string | undefined
  /** Version of MLflow that the folder is for. Default {@link defaultMlflowVersion}. */
  readonly mlflowVersion?: string | undefined
  /** Default now. */
  readonly utcTimeCreated?: Date | undefined
}

/** What a model folder is made of. */
export interface ModelContent {
  /** Adds the flavours `xgboost` and `python_function`, and the model's file. */
  readonly xgboost?: XgboostModel | undefined
  /** Flavours of your own by name, such as `{ claims: { bundle: 'bundle/', format_version: 1 } }`. */
  readonly flavors?: Readonly<Record<string, JsonObject>> | undefined
  /** Further files and folders by their path in the model folder. */
  readonly files?: Readonly<Record<string, FileSource>> | undefined
  readonly signature?: ModelSignature | undefined
  readonly inputExample?: InputExample | undefined
  /** Python packages beside MLflow and XGBoost, such as `pandas>=2`. */
  readonly requirements?: readonly string[] | undefined
  /** Python's version for the environment files. Default `3.11`. */
  readonly pythonVersion?: string | undefined
  readonly metadata?: JsonObject | undefined
}

/** The MLflow version that a folder names when nobody says another. */
export const defaultMlflowVersion = '3.17.0'
