// Importing the package loads none of these functions' code: their first calls do.
import type { AliasCalls } from './aliases/alias-calls.ts'
import type { AliasChange, CompareAndSetAlias } from './aliases/compare-and-set.ts'
import type { LoggedModelInfo, LogModel } from './model-folder/log-model.ts'
import type { ModelClient } from './model-folder/model-client.ts'
import type { ModelContent, ModelIdentity } from './model-folder/model-folder.ts'
import type { ModelFileText } from './model-folder/parse-model-file.ts'
import type { ModelFolder } from './model-folder/read-model-folder.ts'
import type { RegisterModel } from './model-folder/register-model.ts'
import type { WrittenModel } from './model-folder/write-model-folder.ts'
import type { ModelVersion } from './model-versions.ts'

/**
 * Moves an alias if it points where the caller believes it does. Of clients that ask at once, one wins; what is promised
 * and the race window that is left are told at `aliases/compare-and-set.ts`.
 *
 * @param client the client, or its `registeredModels`
 * @param change the alias, from where to where
 * @returns where it pointed and where it points
 * @throws MlflowError `conflict` when the alias points elsewhere, naming where and who moved it there; `retryable` when
 *   this client was too slow instead. `invalid_argument`, and what the calls throw; after `timed_out` the alias may have moved
 *
 * @example
 * await compareAndSetAlias(mlflow, { name: 'claims', alias: 'champion', expectedVersion: '3', version: '4' })
 */
export async function compareAndSetAlias(
  client: { readonly registeredModels: AliasCalls },
  change: CompareAndSetAlias,
): Promise<AliasChange> {
  const loaded = await import('./aliases/compare-and-set.ts')
  return loaded.compareAndSetAlias(client, change)
}

/**
 * Writes a model folder and gives it to a run. A server of MLflow 3 gets a logged model, an output of the run, which is
 * ready once its files are there and failed if they cannot be; an older one gets artifacts of the run and a note of the
 * model. Python loads either from `runs:/<run>/<name>` too.
 *
 * @param mlflow the client
 * @param options the run, the name and the model
 * @returns the model's address and ids
 * @throws MlflowError `invalid_argument`, `not_found`, and what the calls throw
 *
 * @example
 * const { modelUri } = await logModel(mlflow, {
 *   runId: run.runId,
 *   model: { xgboost: { model: { path: 'model.ubj' }, format: 'ubj', version: '3.2.0' } },
 * })
 */
export async function logModel(mlflow: ModelClient, options: LogModel): Promise<LoggedModelInfo> {
  const loaded = await import('./model-folder/log-model.ts')
  return loaded.logModel(mlflow, options)
}

/**
 * Adds a version to a registered model, which is made when there is none, and waits until it is ready.
 *
 * @param mlflow the client
 * @param options the name and the model
 * @returns the version
 * @throws MlflowError `invalid_argument` when it does not say which model; `not_found` when the run has no such model;
 *   `timed_out`; what the calls throw
 *
 * @example
 * const { version } = await registerModel(mlflow, { name: 'claims', modelId: logged.modelId, runId: logged.runId })
 */
export async function registerModel(mlflow: ModelClient, options: RegisterModel): Promise<ModelVersion> {
  const loaded = await import('./model-folder/register-model.ts')
  return loaded.registerModel(mlflow, options)
}

/**
 * Reads an MLflow model folder that Python, or {@link writeModelFolder}, wrote. Integers beyond 2^53 and numbers that
 * JSON has no form for come as texts.
 *
 * @param directory the folder with the file `MLmodel`
 * @returns what it says
 * @throws MlflowError `not_found` without an MLmodel file; `invalid_model_folder` with the field at fault
 *
 * @example
 * const { signature, flavors } = await readModelFolder('model')
 */
export async function readModelFolder(directory: string): Promise<ModelFolder> {
  const loaded = await import('./model-folder/read-model-folder.ts')
  return loaded.readModelFolder(directory)
}

/**
 * Reads the text of an MLmodel file, for who has not the folder around it.
 *
 * @param text YAML as Python or {@link writeModelFolder} wrote it
 * @returns its flavours
 * @throws MlflowError `invalid_model_folder` with the field at fault
 *
 * @example
 * const { flavors } = await parseModelFile(text)
 */
export async function parseModelFile(text: string): Promise<ModelFileText> {
  const loaded = await import('./model-folder/parse-model-file.ts')
  return loaded.parseModelFile(text)
}

/**
 * Writes an MLflow model folder: `MLmodel`, the files of the model, its example and the environment files. Python's
 * `mlflow.pyfunc.load_model` and `mlflow.xgboost.load_model` of MLflow 2 and 3 load it. The folder appears whole or not
 * at all.
 *
 * @param directory to write; must be missing or empty
 * @param model what goes in
 * @returns what the MLmodel file says
 * @throws MlflowError `invalid_argument` naming the field; `already_exists` when the directory holds something;
 *   `not_found` when a file to copy is missing
 */
export async function writeModelFolder(
  directory: string,
  model: ModelContent & ModelIdentity,
): Promise<WrittenModel> {
  const loaded = await import('./model-folder/write-model-folder.ts')
  return loaded.writeModelFolder(directory, model)
}
