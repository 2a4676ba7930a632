import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemClock, type ArtifactStore } from '@claims/contracts'
import { isSystemError } from '@claims/contracts/files'
import { DirectoryArtifactStore, openRegistry, type OpenRegistry } from '@claims/registry'
import { absoluteArtifacts, artifactsPlace, noArtifacts } from './artifacts-place.ts'
import { requireDatabaseFolder } from './require-database-folder.ts'
import { registryIn, type Environment } from './settings.ts'

export { artifactsPlace, type ArtifactsPlace } from './artifacts-place.ts'
export { maskAddress } from './mask-address.ts'

/** Where the registry of an installation is, as its settings say it. */
export interface Storage {
  /** May hold a password. */
  readonly databaseUrl: string
  /** An absolute path of a directory, or `s3://...`. */
  readonly artifactsUri: string
  /** Hosts that production may reach in plaintext. */
  readonly plaintextHosts: readonly string[]
  readonly environment: Environment
  /** Where product 0.1 had its registry. */
  readonly directory: string
}

/** What the settings say, by the name of their variable. */
export interface StorageSettings {
  readonly DATABASE_URL: string | undefined
  readonly ARTIFACTS_URI: string | undefined
  readonly CLAIMS_PLAINTEXT_HOSTS: readonly string[]
  readonly CLAIMS_ENVIRONMENT: Environment
}

/** Where the registry is. @param home directory of embedded state, which holds what no setting places elsewhere */
export function storageOf(settings: StorageSettings, home: string): Storage {
  return Object.freeze({
    databaseUrl: settings.DATABASE_URL ?? join(home, 'claims.sqlite'),
    artifactsUri: absoluteArtifacts(settings.ARTIFACTS_URI ?? registryIn(home)),
    plaintextHosts: settings.CLAIMS_PLAINTEXT_HOSTS,
    environment: settings.CLAIMS_ENVIRONMENT,
    directory: registryIn(home),
  })
}

/** Where bundles are kept that came from MLflow. @param home directory of embedded state */
export function bundlesOfMlflow(home: string): ArtifactStore {
  return new DirectoryArtifactStore(join(home, 'mlflow-bundles'))
}

/** How a registry is opened. */
export interface OpenStorageOptions {
  /** Whether a file of SQLite is made where there is none; default true. */
  readonly create?: boolean
  /** Time between two looks of the watch where nobody tells it of changes; default 1,000. */
  readonly pollMilliseconds?: number | undefined
  /** Told the name of each model whose history grew. */
  readonly onChange?: ((name: string) => void) | undefined
}

/**
 * Opens the registry of an installation.
 *
 * @returns the registry, to be closed by the caller
 * @throws ClaimsError those of `openRegistry`; `invalid_configuration` where `ARTIFACTS_URI` is neither an address nor a folder, or
 *   `DATABASE_URL` names a file in a folder that is not there
 *
 * @example
 * const opened = await openStorage(storageOf(settings, '/var/lib/claims'))
 * await opened.close()
 */
export async function openStorage(
  { databaseUrl, artifactsUri, plaintextHosts, environment, directory }: Storage,
  { create = true, pollMilliseconds, onChange }: OpenStorageOptions = {},
): Promise<OpenRegistry> {
  requireDatabaseFolder(databaseUrl, dirname(directory))
  const { artifacts, close } = await openArtifacts({
    ...{ artifactsUri, environment, plaintextHosts, directory },
  })
  try {
    const opened = await openRegistry({
      database: { url: databaseUrl, create, environment, allowPlaintextHosts: plaintextHosts },
      ...{ artifacts, directory, clock: systemClock, pollMilliseconds, onChange },
    })
    return {
      ...opened,
      close: async () => {
        await opened.close()
        close()
      },
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Models that lie in a directory and not in the database, as a sentence. @param names of them, at least one */
export function unimportedText(names: readonly string[]): string {
  const some = names.slice(0, 5).join(', ')
  const more = names.length > 5 ? ` and ${String(names.length - 5)} more` : ''
  const [verb, object] = names.length === 1 ? ['lies', 'model'] : ['lie', 'models']
  return `${String(names.length)} ${object} (${some}${more}) of a registry in a directory ${verb} outside of the database`
}

/**
 * Opens the store of bundles alone. A folder that is absent is made by the first bundle.
 *
 * @throws ClaimsError `invalid_configuration` where `ARTIFACTS_URI` is neither an address nor a folder
 */
export async function openArtifacts({
  artifactsUri: uri,
  environment,
  plaintextHosts,
  directory,
}: Pick<Storage, 'artifactsUri' | 'environment' | 'plaintextHosts' | 'directory'>): Promise<{
  readonly artifacts: ArtifactStore
  readonly close: () => void
}> {
  const { kind, place } = artifactsPlace(uri)
  if (kind === 'directory') {
    // The place in CLAIMS_HOME is no setting: a file there is damage, which the store tells.
    if (place !== directory) requireDirectory(place)
    return { artifacts: new DirectoryArtifactStore(place), close: () => undefined }
  }
  // The client of AWS is loaded by those alone who need it.
  const { parseArtifactsUri, S3ArtifactStore } = await import('@claims/s3')
  const store = new S3ArtifactStore(
    parseArtifactsUri(uri, { production: environment === 'production', plaintextHosts }),
  )
  return {
    artifacts: store,
    close: () => {
      store.close()
    },
  }
}

function requireDirectory(path: string): void {
  try {
    if (statSync(path).isDirectory()) return
  } catch (error) {
    // Nothing can be made under a file; what else is wrong is said by whoever reads or writes there.
    if (!isSystemError(error, 'ENOTDIR')) return
  }
  throw noArtifacts(`names ${path}, which is no directory`, 'a folder, or a name that is free')
}
