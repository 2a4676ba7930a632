import { globSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import typescript from 'typescript'
import type { Manifest } from './workspace.ts'

/** A packed package, unpacked. */
export interface PackedContent {
  readonly manifest: Manifest
  /** Folder that holds its `package.json`. */
  readonly unpacked: string
  /** `devDependencies` of the package in the workspace. */
  readonly developedWith: readonly string[]
}

/** Files that a package may hold; `README.md` and `LICENSE` it must. */
const allowedFiles = /^(?:package\.json|README\.md|LICENSE|dist\/.+\.(?:js|js\.map|d\.ts))$/

/** Everything that is wrong in what was packed, one line each. */
export function packedProblems(content: PackedContent): string[] {
  const files = globSync('**', { cwd: content.unpacked, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(content.unpacked.length + 1))
    .sort()
  return [
    ...manifestProblems(content.manifest),
    ...['README.md', 'LICENSE'].filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files.filter((file) => !allowedFiles.test(file)).map((file) => `${file} does not belong in a package`),
    ...targetProblems(content.manifest, files),
    ...programProblems(content),
    ...files.filter((file) => file.endsWith('.map')).flatMap((file) => mapProblems(content.unpacked, file)),
    ...files.filter((file) => /\.(?:js|d\.ts)$/.test(file)).flatMap((file) => importProblems(content, file)),
  ]
}

function manifestProblems(manifest: Manifest): string[] {
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest
  const problems: string[] = []
  for (const [name, range] of Object.entries({
    ...dependencies,
    ...peerDependencies,
    ...optionalDependencies,
  }))
    if (/^(?:workspace|catalog|link|file|portal):/.test(range))
      problems.push(`package.json depends on ${name} by ${range}`)
  if (JSON.stringify(manifest.exports ?? {}).includes('@claims/source'))
    problems.push('package.json exports the condition @claims/source')
  if (manifest.devDependencies !== undefined) problems.push('package.json has devDependencies')
  if (manifest.scripts !== undefined) problems.push('package.json has scripts')
  if (manifest.license === undefined) problems.push('package.json has no license')
  if (manifest.private === true) problems.push('package.json is private')
  if (manifest.engines?.['node'] !== '>=22.13') problems.push('package.json does not ask for Node >=22.13')
  return problems
}

/** Paths that `exports` names, whatever the conditions. */
export function exportTargets(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  if (typeof entry !== 'object' || entry === null) return []
  return Object.values(entry).flatMap(exportTargets)
}

function targetProblems(manifest: Manifest, files: readonly string[]): string[] {
  const targets = [...exportTargets(manifest.exports), ...Object.values(manifest.bin ?? {})]
  if (targets.length === 0) return ['package.json exports nothing']
  return targets
    .filter((target) => !files.includes(target.replace(/^\.\//, '')))
    .map((target) => `package.json names ${target}, which is not there`)
}

function programProblems({ manifest, unpacked }: PackedContent): string[] {
  return Object.values(manifest.bin ?? {}).flatMap((path) => {
    const file = join(unpacked, path)
    const problems: string[] = []
    if (!readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n'))
      problems.push(`${path} is a program without a first line that runs it`)
    if ((statSync(file).mode & 0o111) === 0) problems.push(`${path} is a program that may not be run`)
    return problems
  })
}

function mapProblems(unpacked: string, file: string): string[] {
  const map = JSON.parse(readFileSync(join(unpacked, file), 'utf8')) as {
    readonly sources: readonly string[]
    readonly sourcesContent?: readonly (string | null)[]
  }
  return map.sources
    .filter((_, i) => typeof map.sourcesContent?.[i] !== 'string')
    .map((source) => `${file} points to ${source}, which is not there`)
}

function importProblems({ manifest, unpacked, developedWith }: PackedContent, file: string): string[] {
  const declared = new Set([
    manifest.name,
    ...Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    }),
  ])
  const { importedFiles } = typescript.preProcessFile(readFileSync(join(unpacked, file), 'utf8'), true, true)
  return importedFiles.flatMap(({ fileName: name }) => {
    if (name.startsWith('.')) {
      // A declaration names the JavaScript beside it.
      const path = join(unpacked, dirname(file), name)
      return statSync(path, { throwIfNoEntry: false }) ? [] : [`${file} imports ${name}, which is not there`]
    }
    if (isBuiltin(name)) return []
    const [scope = '', rest = ''] = name.split('/')
    const owner = scope.startsWith('@') ? `${scope}/${rest}` : scope
    if (!declared.has(owner)) return [`${file} imports ${name}, which package.json does not declare`]
    // Where its types are absent, everything that a declaration takes from a package is silently `any`.
    const types = `@types/${owner.replace(/^@(.*)\//, '$1__')}`
    return file.endsWith('.d.ts') && developedWith.includes(types) && !declared.has(types)
      ? [`${file} imports ${name}, whose types package.json does not declare`]
      : []
  })
}
