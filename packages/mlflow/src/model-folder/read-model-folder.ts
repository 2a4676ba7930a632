import { readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { MlflowError } from '../errors.ts'
import { parseJson } from '../http/parse-json.ts'
import { check } from './check.ts'
import type { InputExample } from './input-example.ts'
import type { JsonObject } from './json-value.ts'
import { nodeErrorCode } from '../node-error.ts'
import { parseYaml } from './safe-yaml.ts'
import type { ModelSignature } from './signature.ts'

const code = 'invalid_model_folder'
const place = 'MLmodel'
/** Bytes of the largest example or list of requirements that is read. */
const largest = 16 * 2 ** 20

/** An MLflow model folder, as it was found. */
export interface ModelFolder {
  /** By flavour, such as `xgboost`: its settings; paths in them are below the folder. */
  readonly flavors: Readonly<Record<string, JsonObject>>
  readonly signature?: ModelSignature | undefined
  /** Missing also where the example is of a kind that only Python reads, such as a sparse matrix. */
  readonly inputExample?: InputExample | undefined
  /** Lines of `requirements.txt`; empty without one. */
  readonly requirements: readonly string[]
  readonly artifactPath?: string | undefined
  readonly runId?: string | undefined
  readonly modelId?: string | undefined
  readonly modelUuid?: string | undefined
  readonly mlflowVersion?: string | undefined
  /** Bytes. */
  readonly modelSizeBytes?: number | undefined
  readonly utcTimeCreated?: Date | undefined
  readonly metadata?: JsonObject | undefined
}

/**
 * Reads an MLflow model folder that Python, or {@link writeModelFolder}, wrote. Integers beyond 2^53 and numbers that
 * JSON has no form for come as texts.
 *
 * @param directory the folder with the file `MLmodel`
 * @throws MlflowError `not_found` without an MLmodel file; `invalid_model_folder` with the field at fault: bad YAML or
 *   JSON, more than 4 MiB or 100,000 pieces, tags of Python, repetition without bounds, paths that leave the folder, missing model files
 *
 * @example
 * const { signature, flavors } = await readModelFolder('model')
 * console.log(signature?.inputs, flavors.xgboost?.model_format)
 */
export async function readModelFolder(directory: string): Promise<ModelFolder> {
  const text = await read(directory, 'MLmodel', 'MLmodel')
  if (text === undefined)
    throw new MlflowError('not_found', `${directory}: it holds no file MLmodel`, { field: 'directory' })
  const { modelSchema } = await import('./model-schema.ts')
  const model = check(modelSchema, await parseYaml(text, 'MLmodel'), { code, place })
  for (const [name, flavor] of Object.entries(model.flavors))
    if (typeof flavor?.['data'] === 'string')
      await pathInside(directory, flavor['data'], `flavors.${name}.data`)
  const info = model.saved_input_example_info
  return {
    flavors: Object.fromEntries(Object.entries(model.flavors).map(([name, flavor]) => [name, flavor ?? {}])),
    signature: model.signature ? await readSignature(model.signature) : undefined,
    inputExample: info ? await readExample(directory, info) : undefined,
    requirements: lines(await read(directory, 'requirements.txt', 'requirements.txt')),
    artifactPath: model.artifact_path ?? undefined,
    runId: model.run_id ?? undefined,
    modelId: model.model_id ?? undefined,
    modelUuid: model.model_uuid ?? undefined,
    mlflowVersion: model.mlflow_version ?? undefined,
    modelSizeBytes: model.model_size_bytes ?? undefined,
    utcTimeCreated: model.utc_time_created ? time(model.utc_time_created) : undefined,
    metadata: model.metadata ?? undefined,
  }
}

async function readSignature(texts: {
  readonly inputs?: string | null | undefined
  readonly outputs?: string | null | undefined
  readonly params?: string | null | undefined
}): Promise<ModelSignature> {
  const { wireDataSchema, wireParams } = await import('./signature-schemas.ts')
  const part = (name: keyof typeof texts): { given: unknown; path: string } | undefined => {
    const text = texts[name]
    const path = `signature.${name}`
    return text ? { given: json(text, path), path } : undefined
  }
  const inputs = part('inputs')
  const outputs = part('outputs')
  const params = part('params')
  return {
    inputs: inputs && check(wireDataSchema, inputs.given, { code, place, path: inputs.path }),
    outputs: outputs && check(wireDataSchema, outputs.given, { code, place, path: outputs.path }),
    params: params && check(wireParams, params.given, { code, place, path: params.path }),
  }
}

async function readExample(
  directory: string,
  info: { readonly artifact_path: string; readonly type: string; readonly params?: unknown },
): Promise<InputExample | undefined> {
  const path = info.artifact_path
  const kind = info.type
  if (kind !== 'dataframe' && kind !== 'ndarray' && kind !== 'json_object') return undefined
  await pathInside(directory, path, 'saved_input_example_info.artifact_path')
  const given = json((await read(directory, path, path)) ?? '', path)
  const { anyJson, exampleTable, exampleWithParams } = await import('./model-schema.ts')
  const failure = { code, place: path, path } as const
  const whole = info.params
    ? check(exampleWithParams, given, failure)
    : { inputs: check(anyJson, given, failure) }
  const params = 'params' in whole && { params: whole.params }
  if (kind !== 'dataframe') return { kind, data: whole.inputs, ...params }
  return { kind, ...check(exampleTable, whole.inputs, failure), ...params }
}

async function read(directory: string, path: string, field: string): Promise<string | undefined> {
  const file = join(directory, path)
  try {
    const { size } = await stat(file)
    if (size > largest)
      throw new MlflowError(code, `${path}: has ${size} bytes; at most ${largest} are read`, { field })
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof MlflowError) throw error
    if (nodeErrorCode(error) === 'ENOENT') return undefined
    throw new MlflowError(code, `${path}: cannot be read`, { field, cause: error })
  }
}

/** Follows links, so that no link leads out of the folder either. */
async function pathInside(directory: string, path: string, field: string): Promise<void> {
  const root = await realpath(directory)
  let found: string
  try {
    found = await realpath(join(root, path))
  } catch (error) {
    throw new MlflowError(code, `${place}: ${field}: there is no ${path} in the folder`, {
      field,
      cause: error,
    })
  }
  if (found !== root && !found.startsWith(`${root}${sep}`))
    throw new MlflowError(code, `${place}: ${field}: ${path} is outside of the folder`, { field })
}

function json(text: string, field: string): unknown {
  try {
    return plain(parseJson(text))
  } catch (error) {
    throw new MlflowError(code, `${place}: ${field}: is no JSON`, { field, cause: error })
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}

/** Python prints UTC without saying so, with six decimals. */
function time(text: string): Date {
  const date = new Date(`${text.replace(' ', 'T').replace(/(\.\d{3})\d*$/, '$1')}Z`)
  if (!Number.isNaN(date.getTime())) return date
  const field = 'utc_time_created'
  throw new MlflowError(code, `${place}: ${field}: is no time`, { field })
}

function lines(text = ''): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '')
}
