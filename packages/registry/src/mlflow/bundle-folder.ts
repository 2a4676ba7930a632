import { ClaimsError } from '@claims/contracts'
import { MlflowError, parseModelFile, type FileInfo } from '@claims/mlflow'
import { orAbsent, type MlflowCalls } from './mlflow-failure.ts'
import type { ArtifactFolder } from './model-source.ts'

/** The flavour of a model folder that holds a bundle. */
export const bundleFlavour = 'claims'
/** A model file is text of a few kilobytes. */
const largestModelFile = 4 * 2 ** 20

/**
 * The folder of the bundle within a model version's files: the flavour `claims` names it. A folder that is a bundle itself
 * is taken, too.
 *
 * @param mlflow the client
 * @param folder of the version's files
 * @param label of the version, for the error
 * @throws ClaimsError `unsupported_format` for what is no Claims bundle, naming the flavours that it has
 */
export async function bundleFolder(
  mlflow: MlflowCalls,
  folder: ArtifactFolder,
  { label, signal }: { readonly label: string; readonly signal?: AbortSignal | undefined },
): Promise<ArtifactFolder> {
  const { owner, path } = folder
  const call = signal ? { signal } : {}
  const names = new Set<string>()
  const listed = await orAbsent(list(mlflow.artifacts.list({ ...owner, path, ...call })))
  for (const file of listed ?? []) names.add(file.path.slice(path === '' ? 0 : path.length + 1))
  if (!names.has('MLmodel')) {
    if (names.has('manifest.json')) return folder
    throw foreign(label, names.size === 0 ? 'it has no files' : 'its files have no MLmodel among them')
  }
  const bytes = await mlflow.artifacts.read({
    ...owner,
    ...call,
    path: below(path, 'MLmodel'),
    maxBytes: largestModelFile,
  })
  const flavors = await flavorsIn(new TextDecoder().decode(bytes), label)
  const bundle = flavors[bundleFlavour]?.['bundle']
  if (
    typeof bundle !== 'string' ||
    !/^[^/\\\0]+(?:\/[^/\\\0]+)*\/?$/.test(bundle) ||
    /(^|\/)\.\.?(\/|$)/.test(bundle)
  )
    throw foreign(label, `it has the flavours ${Object.keys(flavors).sort().join(', ')}`)
  return { owner, path: below(path, bundle.replace(/\/$/, '')) }
}

/** A path below a folder. */
export function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}

async function flavorsIn(
  text: string,
  label: string,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  try {
    return (await parseModelFile(text)).flavors
  } catch (error) {
    if (error instanceof MlflowError && error.code === 'invalid_model_folder')
      throw foreign(label, `its MLmodel cannot be read: ${error.message}`)
    throw error
  }
}

async function list(files: AsyncIterable<FileInfo>): Promise<readonly FileInfo[]> {
  const found: FileInfo[] = []
  for await (const file of files) found.push(file)
  return found
}

function foreign(label: string, why: string): ClaimsError {
  return new ClaimsError('unsupported_format', `${label} is no bundle of this product: ${why}`, {
    problems: [
      {
        field: 'model',
        problem: `is no bundle of this product: ${why}`,
        allowed: 'a version that claims train --register or the mirror made',
        received: label,
      },
    ],
  })
}
