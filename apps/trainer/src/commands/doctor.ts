import { access, constants, mkdir } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { artifactsPlace, maskAddress, openArtifacts, openStorage, unimportedText } from '@claims/api/storage'
import { toClaimsError } from '@claims/contracts'
import { openDatabase, schemaStatus, type DatabaseKind } from '@claims/database'
import { loadLibrary, placedDirectory, type LibrarySource } from '@claims/xgboost'
import type { CommandContext } from '../context.ts'
import type { Config, TrackingConfig } from '../config.ts'
import { openMlflow } from '../open-mlflow.ts'

interface Finding {
  readonly name: string
  readonly healthy: boolean
  readonly detail: string
  /** What was found on the way and cannot be used. */
  readonly notes?: readonly string[]
}

/** Why a library is used: an earlier reason goes before a later one. */
const REASONS: Readonly<Record<LibrarySource, string>> = Object.freeze({
  explicit: 'XGBOOST_LIBRARY names it',
  placed: `claims xgboost install placed it in ${placedDirectory()}`,
  xgboost_node: 'carried by the xgboost_node package; claims xgboost install places the official one',
  system: "found by the system's loader",
})

/** `claims doctor`: 1 when something that is needed is not healthy. */
export async function doctor(_options: object, context: CommandContext): Promise<0 | 1> {
  const { config, output } = context
  const findings: Finding[] = [
    { name: 'node', healthy: Number(process.versions.node.split('.')[0]) >= 22, detail: process.version },
    {
      name: 'machine',
      healthy: true,
      detail: `${String(availableParallelism())} processors, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, ${process.platform} ${process.arch}`,
    },
    await look('xgboost', () => {
      const library = loadLibrary(config.xgboostLibrary === undefined ? {} : { path: config.xgboostLibrary })
      return {
        detail: `${library.version} from ${library.path} (${REASONS[library.source]})`,
        notes: library.passedOver,
      }
    }),
    await look('state', async () => {
      await mkdir(config.home, { recursive: true })
      await access(config.home, constants.W_OK)
      return `${config.home} is writable`
    }),
    await look('database', () => describeDatabase(config)),
    await look('artifacts', () => describeArtifacts(config)),
    await look('registry', () => describeRegistry(config)),
    ...(config.mlflow === undefined ? [] : [await look('mlflow', () => describeServer(config))]),
  ]
  for (const { name, healthy, detail, notes = [] } of findings) {
    output.line(`${healthy ? 'ok ' : 'BAD'}  ${name.padEnd(10)} ${detail}`)
    for (const note of notes) output.line(`     ${''.padEnd(10)} ${note}`)
  }
  const shown = {
    ...config,
    mlflow: config.mlflow && withoutCredentials(config.mlflow),
    storage: {
      ...config.storage,
      databaseUrl: maskAddress(config.storage.databaseUrl),
      artifactsUri: maskAddress(config.storage.artifactsUri),
    },
  }
  for (const [name, value] of Object.entries(shown))
    output.line(`     ${name.padEnd(16)} ${settingText(value)}`)
  const healthy = findings.every((finding) => finding.healthy)
  output.result({ healthy, findings, config: shown })
  return healthy ? 0 : 1
}

async function describeServer(config: Config): Promise<string> {
  const mlflow = openMlflow(config)
  const version = await mlflow.version({ timeoutMilliseconds: 5000, retries: 0 })
  const waiting = (await mlflow.spool.status()).reduce((sum, run) => sum + run.waiting, 0)
  const spool = waiting === 0 ? '' : `; ${waiting} operations wait, claims mlflow replay sends them`
  return `${version} at ${mlflow.transport.trackingUri}${spool}`
}

function withoutCredentials({ trackingUri, ...rest }: TrackingConfig): TrackingConfig {
  return { trackingUri: maskAddress(trackingUri), ...rest }
}

function settingText(value: unknown): string {
  if (value === undefined) return 'not set'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Kind, place and schema; what is absent is made by the first command that needs it, and is no defect. */
async function describeDatabase({ storage }: Config): Promise<Look> {
  const { databaseUrl: url, environment, plaintextHosts: allowPlaintextHosts } = storage
  const settings = { url, create: false, environment, allowPlaintextHosts }
  const database = await openDatabase(settings).catch(absent)
  if (database === null) return `SQLite at ${maskAddress(url)}, not made yet`
  try {
    const { kind, place } = database
    const { version, newest, pending } = await schemaStatus(database)
    const detail = `${kindNames[kind]} at ${place}, schema ${version} of ${newest}`
    if (pending.length === 0) return detail
    if (kind === 'sqlite') return `${detail}; it is migrated when it is opened`
    return { healthy: false, detail: `${detail}: claims database migrate brings it up to date` }
  } finally {
    await database.close()
  }
}

const kindNames: Readonly<Record<DatabaseKind, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** Where bundles are, and whether an object store answers. */
async function describeArtifacts({ storage }: Config): Promise<Look> {
  const { kind, place } = artifactsPlace(storage.artifactsUri)
  const { artifacts, close } = await openArtifacts(storage)
  try {
    if (kind === 'directory') return `directory ${place}`
    // That a bundle which is none is absent is an answer as well.
    await artifacts.locate('0'.repeat(64)).catch(absent)
    return `S3 at ${place}`
  } finally {
    close()
  }
}

async function describeRegistry({ storage }: Config): Promise<Look> {
  const opened = await openStorage(storage, { create: false }).catch(absent)
  if (opened === null) return 'empty: there is no database yet'
  try {
    const { models, damaged } = await opened.registry.list()
    const detail = `${String(models.length)} models in ${opened.database.place}`
    const notes = damaged.map(({ name, error }) => `${name}: ${error.message} [${error.code}]`)
    if (opened.unimported.length > 0)
      notes.push(`${unimportedText(opened.unimported)}; claims models import-directory brings them`)
    if (damaged.length === 0) return { detail, notes }
    return { healthy: false, detail: `${detail}, and ${String(damaged.length)} damaged`, notes }
  } finally {
    await opened.close()
  }
}

/** Null for what is not there; other errors go on. */
function absent(error: unknown): null {
  if (toClaimsError(error).code === 'file_not_found') return null
  throw error
}

type Look = string | (Pick<Finding, 'detail' | 'notes'> & { readonly healthy?: boolean })

async function look(name: string, work: () => Look | Promise<Look>): Promise<Finding> {
  try {
    const found = await work()
    return { name, healthy: true, ...(typeof found === 'string' ? { detail: found } : found) }
  } catch (error) {
    return { name, healthy: false, detail: toClaimsError(error).message }
  }
}
