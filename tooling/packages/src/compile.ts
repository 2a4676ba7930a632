import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fences } from '@claims/docs-check/markdown'
import type { Project } from './project.ts'
import { runProgram } from './run-program.ts'
import { root, type Manifest, type WorkspacePackage } from './workspace.ts'

/** An example of a README as a program of a project. */
export interface ExampleProgram {
  readonly name: string
  /** The emitted program, relative to the project. */
  readonly file: string
  /** Whether it needs a server of MLflow or S3, so that it is compiled only. */
  readonly needsServer: boolean
}

const compiler = join(root, 'node_modules/@typescript/native/bin/tsc')

/** Strict, and checking the declarations of everything that is installed. */
const strictest = {
  target: 'es2022',
  lib: ['es2022'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: ['node'],
  rootDir: 'src',
}
const modes = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', outDir: 'out' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', noEmit: true },
}

/** Writes the examples of READMEs into a project, beside one program that imports every path of every package. */
export async function writeExamples(
  project: Project,
  packages: readonly (WorkspacePackage & { readonly manifest: Manifest })[],
): Promise<ExampleProgram[]> {
  await mkdir(join(project.folder, 'src'), { recursive: true })
  const imports = packages.flatMap(exportedPaths)
  const lines = imports.map((path, i) => `import * as path${String(i)} from '${path}'\n`)
  const uses = `export const all: object[] = [${imports.map((_, i) => `path${String(i)}`).join(', ')}]\n`
  await writeFile(join(project.folder, 'src/every-path.ts'), lines.join('') + uses)
  const programs: ExampleProgram[] = []
  for (const { name, readme } of packages)
    for (const { info, text, line } of fences(readme).filter((fence) => /^ts\b/.test(fence.info))) {
      if (/\bno-run\b/.test(info)) continue
      const file = `${name.replace(/^@.*\//, '')}-${String(line)}`
      await writeFile(join(project.folder, `src/${file}.ts`), `${text}export {}\n`)
      const needsServer = /\bneeds-(?:mlflow|s3)\b/.test(info)
      programs.push({ name: `${name} README line ${String(line)}`, file: `out/${file}.js`, needsServer })
    }
  return programs
}

/** Import specifiers of a package: its name and its named paths. */
export function exportedPaths({ name, manifest }: { name: string; manifest: Manifest }): string[] {
  return Object.keys(manifest.exports ?? {}).map((path) => name + path.slice(1))
}

/**
 * Compiles the programs of a project under strict TypeScript with both kinds of module resolution.
 *
 * @returns an error of our declarations or examples a line, and how many errors other packages' declarations have
 */
export async function compileProject(
  project: Project,
): Promise<{ readonly problems: string[]; readonly ofOthers: string[] }> {
  const lines: string[] = []
  for (const [mode, options] of Object.entries(modes)) {
    const config = join(project.folder, `tsconfig.${mode}.json`)
    const compilerOptions = { ...strictest, ...options }
    await writeFile(config, JSON.stringify({ compilerOptions, include: ['src'] }))
    const run = await runProgram([process.execPath, compiler, '-p', config, '--pretty', 'false'], {
      cwd: project.folder,
    })
    const errors = run.stdout.split('\n').filter((line) => line.includes('error TS'))
    if (run.code !== 0 && errors.length === 0) errors.push(`error TS: the compiler failed: ${run.stderr}`)
    lines.push(...errors.map((line) => `${mode}: ${line}`))
  }
  const others = /: node_modules\/(?!@claims\/)/
  return {
    problems: lines.filter((line) => !others.test(line)),
    ofOthers: lines.filter((line) => others.test(line)),
  }
}
