import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathOf, unreadable } from '../artifacts/unreadable.ts'
import { MlflowError } from '../errors.ts'
import { check } from './check.ts'
import { environmentFiles } from './environment-files.ts'
import { writeInputExample } from './input-example.ts'
import type { JsonObject } from './json-value.ts'
import {
  defaultMlflowVersion,
  type FileSource,
  type ModelContent,
  type ModelIdentity,
} from './model-folder.ts'
import { nodeErrorCode } from '../node-error.ts'
import { writeYaml } from './safe-yaml.ts'
import { writeSignature } from './write-signature.ts'
import { checkXgboostModel, xgboostFlavors } from './xgboost-flavor.ts'

const place = 'writeModelFolder'

/** What a written MLmodel file says. */
export interface WrittenModel {
  readonly flavors: Readonly<Record<string, JsonObject>>
  readonly mlflow_version: string
  readonly model_uuid: string
  readonly utc_time_created: string
  readonly artifact_path?: string
  readonly model_id: string | null
  readonly model_size_bytes: number
  readonly run_id?: string
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
 *
 * @example
 * await writeModelFolder('model', {
 *   xgboost: { model: { path: 'model.ubj' }, format: 'ubj', version: '3.2.0' },
 *   flavors: { claims: { bundle: 'bundle/', format_version: 1 } },
 *   files: { bundle: { path: 'bundle' } },
 *   signature: { inputs: [{ name: 'age', type: 'double' }], outputs: [{ type: 'tensor', dtype: 'float32', shape: [-1] }] },
 * })
 */
export async function writeModelFolder(
  directory: string,
  model: ModelContent & ModelIdentity,
): Promise<WrittenModel> {
  await checkContent(model, place)
  const target = resolve(directory)
  await removeEmpty(target)
  const partial = `${target}.${randomBytes(6).toString('hex')}.partial`
  await mkdir(partial, { recursive: true })
  try {
    const written = await fill(partial, model)
    await rename(partial, target)
    return written
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

/** Requires valid content. @throws MlflowError `invalid_argument` naming the field */
export async function checkContent(model: ModelContent & ModelIdentity, of: string): Promise<void> {
  const { contentSchema } = await import('./content-schema.ts')
  check(contentSchema, model, { code: 'invalid_argument', place: of })
}

async function fill(folder: string, model: ModelContent & ModelIdentity): Promise<WrittenModel> {
  const { xgboost, signature, metadata, pythonVersion = '3.11' } = model
  const mlflowVersion = model.mlflowVersion ?? defaultMlflowVersion
  const example = model.inputExample && writeInputExample(model.inputExample)
  if (xgboost) {
    const file = `model.${xgboost.format}`
    await put(folder, file, xgboost.model)
    await checkXgboostModel(join(folder, file), xgboost.format)
  }
  for (const [path, source] of Object.entries(model.files ?? {})) await put(folder, path, source)
  for (const [path, text] of Object.entries(example?.files ?? {})) await writeFile(join(folder, path), text)
  const size = await sizeOf(folder)
  const requirements = [
    `mlflow==${mlflowVersion}`,
    ...(xgboost ? [`xgboost==${xgboost.version}`] : []),
    ...(model.requirements ?? []),
  ]
  for (const [path, text] of Object.entries(await environmentFiles(requirements, pythonVersion)))
    await writeFile(join(folder, path), text)
  const written = {
    ...(model.artifactPath !== undefined && { artifact_path: model.artifactPath }),
    flavors: { ...(xgboost && xgboostFlavors(xgboost, pythonVersion)), ...model.flavors },
    ...(signature && { is_signature_from_type_hint: false, type_hint_from_example: false }),
    ...(metadata && { metadata }),
    mlflow_version: mlflowVersion,
    model_id: model.modelId ?? null,
    model_size_bytes: size,
    model_uuid: model.modelUuid ?? model.modelId ?? randomBytes(16).toString('hex'),
    prompts: null,
    ...(model.runId !== undefined && { run_id: model.runId }),
    ...(example && { saved_input_example_info: { ...example.info } }),
    ...(signature && { signature: { ...writeSignature(signature) } }),
    utc_time_created: pythonTime(model.utcTimeCreated ?? new Date()),
  }
  await writeFile(join(folder, 'MLmodel'), await writeYaml(written))
  return written
}

async function put(folder: string, path: string, source: FileSource): Promise<void> {
  const target = join(folder, path)
  try {
    await mkdir(dirname(target), { recursive: true })
    if ('bytes' in source) await writeFile(target, source.bytes, { flag: 'wx' })
    else
      await cp(source.path, target, { recursive: true, dereference: true, errorOnExist: true, force: false })
  } catch (error) {
    const code = nodeErrorCode(error)
    const of = pathOf(error)
    // Something in the folder that is copied: its own path says more.
    if ('path' in source && of !== undefined && of !== source.path && of.startsWith(source.path))
      throw unreadable(of, error, { endpoint: place, field: `files.${path}` })
    if (code === 'ENOENT' && 'path' in source)
      throw new MlflowError('not_found', `${place}: ${path}: there is no ${source.path}`, {
        field: `files.${path}`,
        cause: error,
      })
    throw new MlflowError(
      'invalid_argument',
      `${place}: ${path} cannot be written${code ? ` (${code})` : ''}`,
      {
        field: `files.${path}`,
        cause: error,
      },
    )
  }
}

async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') return
    throw new MlflowError('already_exists', `${place}: ${directory} is not an empty folder`, {
      field: 'directory',
      cause: error,
    })
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}

/** As Python prints a time: `2026-11-26 13:12:22.545000`. */
function pythonTime(time: Date): string {
  return `${time.toISOString().slice(0, -1).replace('T', ' ')}000`
}
