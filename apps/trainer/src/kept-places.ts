import { join } from 'node:path'
import { artifactsPlace } from '@claims/api/storage'
import { databaseAddress } from '@claims/database'
import type { Config } from './config.ts'
import { erasuresIn } from './predictions/erasures-in.ts'

const names = [
  'master.key',
  'outputs',
  'registry',
  'mlflow-bundles',
  'mlflow-mirror',
  'mlflow-spool',
] as const

/** Files and folders that hold the state of an installation, which no output replaces. Any of them may be absent. */
export function keptPlaces({ home, storage, masterKeyFile }: Config): readonly string[] {
  const databases = [join(home, 'claims.sqlite'), ...databaseFile(storage.databaseUrl)]
  return [
    ...new Set([
      ...databases.flatMap((path) => ['', '-wal', '-shm', '-journal'].map((end) => `${path}${end}`)),
      ...names.map((name) => join(home, name)),
      erasuresIn(home),
      ...(masterKeyFile === undefined ? [] : [masterKeyFile]),
      ...artifactsFolder(storage.artifactsUri),
    ]),
  ]
}

// An address that is none keeps nothing, and whoever opens it says what is wrong with it.

function databaseFile(url: string): readonly string[] {
  try {
    const address = databaseAddress(url)
    return address.kind === 'sqlite' ? [address.path] : []
  } catch {
    return []
  }
}

function artifactsFolder(uri: string): readonly string[] {
  try {
    const { kind, place } = artifactsPlace(uri)
    return kind === 'directory' ? [place] : []
  } catch {
    return []
  }
}
