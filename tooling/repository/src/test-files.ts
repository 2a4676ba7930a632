import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** What a test can be; a file name without one of the others, `X.test.ts`, says unit. */
export const testKinds = ['unit', 'integration', 'e2e', 'performance', 'security'] as const
/** One of them. */
export type TestKind = (typeof testKinds)[number]

const imported = /\bfrom '([^']+)'|\bimport\('([^']+)'\)|\bimport '([^']+)'/g
const erased = /^(?:im|ex)port type [^;]*? from '[^']+'$/gm
const testing = /^@claims\/([a-z-]+)\/testing$/

/** What makes a process, a server or a connection, or runs the whole command line. */
const starts =
  /'node:(?:child_process|cluster|dgram|http|http2|https|net|tls|worker_threads)'|'@claims\/servers(?:\/postgres)?'|\bfetch\(|\b(?:runInProcess|startApi|startServer)\b/

/** The test files of the workspace, relative to its top. */
export function testFiles(root: string): string[] {
  return ['packages', 'apps', 'tooling']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'test')))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => relative(root, file))
    .sort()
}

/** The kind that the name of a test file says; undefined where it says one that there is not. */
export function kindOf(path: string): TestKind | undefined {
  const word = /\.([^./]+)\.test\.ts$/.exec(path)?.[1]
  return word === undefined ? 'unit' : testKinds.find((kind) => kind === word && kind !== 'unit')
}

/** A test file and what it imports from `test` folders, itself first; paths are relative to the top. */
export function testSources(root: string, path: string): string[] {
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(join(root, file))) return
    found.add(file)
    for (const match of textOf(root, file).replace(erased, '').matchAll(imported)) {
      const name = match.slice(1).find(Boolean) ?? ''
      const owner = testing.exec(name)?.[1]
      const target =
        owner === undefined
          ? relative(root, resolve(root, dirname(file), name))
          : testingModule(root, `packages/${owner}`)
      if (name.startsWith('.') || owner !== undefined) if (target.includes('/test/')) visit(target)
    }
  }
  visit(path)
  return [...found]
}

/** Why a test file is no unit test: the source that starts something and what it says, or undefined. */
export function startedBy(root: string, path: string): string | undefined {
  for (const source of testSources(root, path)) {
    const words = starts.exec(textOf(root, source))?.[0]
    if (words !== undefined) return `${source}: ${words}`
  }
  return undefined
}

/** Whether a test file asks for an MLflow server or its Python. */
export function needsMlflow(root: string, path: string): boolean {
  return testSources(root, path).includes('packages/mlflow/test/servers/environments.ts')
}

/** Whether a test file, or a file of a test folder that it imports, asks for a server of PostgreSQL. */
export function needsPostgres(root: string, path: string): boolean {
  return testSources(root, path).some((source) => textOf(root, source).includes("'@claims/servers/postgres'"))
}

function testingModule(root: string, folder: string): string {
  const { exports } = JSON.parse(textOf(root, `${folder}/package.json`)) as {
    exports: Record<string, { '@claims/source'?: string } | undefined>
  }
  return join(folder, exports['./testing']?.['@claims/source'] ?? '')
}

function textOf(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
