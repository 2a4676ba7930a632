import { existsSync, globSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { eachOf, lastWords, runProgram } from './run-program.ts'
import { readManifest, root, type Manifest, type WorkspacePackage } from './workspace.ts'

/** A package as others get it. */
export interface PackedPackage extends WorkspacePackage {
  /** The tarball. */
  readonly file: string
  /** The tarball's content, unpacked. */
  readonly unpacked: string
  readonly manifest: Manifest
  /** `devDependencies` of the package in the workspace. */
  readonly developedWith: readonly string[]
}

/** The workspace's own pnpm, which the launcher places. @throws Error when it is not there */
export function pnpmProgram(): string {
  const [found] = globSync('.claims/tools/pnpm-*/node_modules/.bin/pnpm', { cwd: root })
  if (found === undefined) throw new Error('there is no pnpm in .claims/tools; run ./claims first')
  return join(root, found)
}

/**
 * Packs packages as for a registry; each is built first.
 *
 * @param packages what to pack
 * @param folder where tarballs and their content go
 * @throws Error when a package cannot be packed
 */
export async function packAll(
  packages: readonly WorkspacePackage[],
  folder: string,
): Promise<PackedPackage[]> {
  const pnpm = pnpmProgram()
  return eachOf(packages, 3, async (one) => {
    const developedWith = Object.keys(readManifest(one.folder).devDependencies ?? {})
    const place = join(folder, one.name.replace('/', '-'))
    await mkdir(place, { recursive: true })
    // What is packed is built for it: nothing of an earlier build is left.
    await rm(join(one.folder, 'dist'), { recursive: true, force: true })
    const packed = await runProgram([pnpm, 'pack', '--pack-destination', place], { cwd: one.folder })
    const [name] = globSync('*.tgz', { cwd: place })
    if (packed.code !== 0 || name === undefined)
      throw new Error(`${one.name} could not be packed: ${lastWords(packed)}`)
    const file = join(place, name)
    const unpacked = await runProgram(['tar', 'xzf', file], { cwd: place })
    const content = join(place, 'package')
    if (unpacked.code !== 0 || !existsSync(content))
      throw new Error(`${file} could not be unpacked: ${lastWords(unpacked)}`)
    return { ...one, file, unpacked: content, manifest: readManifest(content), developedWith }
  })
}
