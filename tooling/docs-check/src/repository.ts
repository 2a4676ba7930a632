import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** Top folder of the repository. */
export const root: string = resolve(import.meta.dirname, '../../..')

const generated = /^(node_modules|dist|coverage|\.git|\.turbo|\.claims|\.pnpm-store|.*-bundle)$/

/** Paths of the repository's own files, relative to its top, without what is installed or made. */
export function repositoryFiles(directory: string = root): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !generated.test(entry.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) return repositoryFiles(path)
      return entry.isFile() ? [relative(root, path)] : []
    })
    .filter((path) => !path.startsWith('tooling/bench/results/'))
    .sort()
}

/** Text of a file of the repository. @param path relative to the top */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Folders of the workspace's packages below one top folder. */
export function packagesIn(folder: 'packages' | 'apps' | 'tooling'): string[] {
  return readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(join(root, path, 'package.json')))
}

/** Name of the package in a folder. */
export function packageName(folder: string): string {
  const { name } = JSON.parse(readText(`${folder}/package.json`)) as { name: string }
  return name
}
