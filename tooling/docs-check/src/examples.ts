import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fences } from './markdown.ts'
import { packageName, packagesIn, readText, repositoryFiles, root } from './repository.ts'

/** A TypeScript example of a document. */
export interface Example {
  /** Document and line, as `README.md:12`. */
  readonly place: string
  readonly text: string
  /** Whether the example is run here, or only type-checked. */
  readonly runs: boolean
  /** Whether it needs a server of MLflow or S3; the tests of its package run it then. */
  readonly needsServer?: boolean
}

/** Documents whose TypeScript examples are kept true. */
export function documents(): string[] {
  return repositoryFiles().filter((path) =>
    /^(?:[^/]+\.md|docs\/.*\.md|(?:packages|apps)\/[^/]+\/README\.md)$/.test(path),
  )
}

/** The TypeScript examples of one document. */
export function examplesOf(path: string): Example[] {
  return fences(readText(path))
    .filter(({ info }) => /^(?:ts|typescript)\b/.test(info))
    .map(({ info, line, text }) => ({
      place: `${path}:${String(line)}`,
      text,
      runs: !/\b(?:no-run|needs-(?:mlflow|s3))\b/.test(info),
      ...(/\bneeds-(?:mlflow|s3)\b/.test(info) && { needsServer: true }),
    }))
}

/** Examples written out as programs of a package that depends on every package of the workspace. */
export interface ExampleDirectory extends Disposable {
  readonly path: string
  /** File of each example, in the order given. */
  readonly files: readonly string[]
}

/**
 * Writes each example into a folder of its own, beside links to all packages of the workspace and a tsconfig.
 *
 * @param examples what to write
 * @returns the files; disposing removes them
 */
export function writeExamples(examples: readonly Example[]): ExampleDirectory {
  mkdirSync(join(root, '.claims'), { recursive: true })
  const path = mkdtempSync(join(root, '.claims/examples-'))
  for (const folder of [...packagesIn('packages'), ...packagesIn('apps')]) {
    const link = join(path, 'node_modules', packageName(folder))
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, folder), link)
  }
  writeFileSync(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(
    join(path, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: { noEmit: true, rootDir: '../..', isolatedDeclarations: false },
      include: ['*/example.ts'],
    }),
  )
  const files = examples.map(({ text }, i) => {
    const file = join(path, String(i), 'example.ts')
    mkdirSync(dirname(file))
    // An example without imports is a program too, not a script that shares its names with the others.
    writeFileSync(file, `${text}export {}\n`)
    return file
  })
  return {
    path,
    files,
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
