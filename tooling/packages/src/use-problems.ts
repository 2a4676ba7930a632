import { compileProject, exportedPaths, writeExamples } from './compile.ts'
import type { NodeProgram } from './nodes.ts'
import type { PackedPackage } from './pack.ts'
import { installProject, runInProject, type Project } from './project.ts'
import { eachOf, lastWords } from './run-program.ts'

/** Optional peers and declarations, in versions that npm can install. */
const besides = ['arquero@7.2.1', '@jest/globals@30.5.2', '@types/node@22.20.7']

/**
 * Installs all packages into one empty project, compiles their README examples under strict TypeScript, and runs the
 * examples, every import and every program there with each Node.
 *
 * @param nodes the first installs, the oldest, so that a package that asks for a newer one is refused
 * @returns what went wrong, a line each
 */
export async function useProblems(
  packages: readonly PackedPackage[],
  { nodes, folder }: { readonly nodes: readonly [NodeProgram, ...NodeProgram[]]; readonly folder: string },
): Promise<string[]> {
  const project = await installProject(folder, nodes[0], [...packages.map(({ file }) => file), ...besides])
  const programs = await writeExamples(project, packages)
  const { problems, ofOthers } = await compileProject(project)
  const owners = ofOthers.map((line) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? line)
  for (const owner of new Set(owners))
    process.stdout.write(
      `     not ours: ${String(owners.filter((other) => other === owner).length)} errors in the declarations of ${owner}\n`,
    )
  const runnable = programs.filter(({ needsServer }) => !needsServer)
  const run = await eachOf(nodes, 1, async (node) => {
    const place: Place = { project, node }
    const examples = await eachOf(runnable, 2, async ({ name, file }) => {
      const done = await runInProject(project, node, ['node', file])
      return done.code === 0 ? [] : [`${name} ${lastWords(done)}`]
    })
    const others = [...(await importProblems(place, packages)), ...(await binProblems(place, packages))]
    return [...examples.flat(), ...others].map((problem) => `with Node ${node.version}: ${problem}`)
  })
  return [...problems, ...run.flat()]
}

interface Place {
  readonly project: Project
  readonly node: NodeProgram
}

/** Suites for tests need the globals of a test runner, so that they are compiled only. */
async function importProblems(
  { project, node }: Place,
  packages: readonly PackedPackage[],
): Promise<string[]> {
  const paths = packages.flatMap(exportedPaths).filter((path) => !path.endsWith('/testing'))
  const script = `for (const path of ${JSON.stringify(paths)}) {
    const names = Object.keys(await import(path))
    if (names.length === 0) throw new Error(path + ' exports nothing')
  }`
  const run = await runInProject(project, node, ['node', '--input-type=module', '-e', script])
  return run.code === 0 ? [] : [`imports ${lastWords(run)}`]
}

/** How each program is asked for something that it can answer at once, and what the answer holds. */
const questions: Readonly<Record<string, { words: readonly string[]; code: number; answer: RegExp }>> = {
  claims: { words: ['--version'], code: 0, answer: /^\d+\.\d+\.\d+/ },
  'claims-api': { words: [], code: 2, answer: /CLAIMS_BUNDLE/ },
  'xgboost-library': { words: ['show'], code: 0, answer: /^XGBoost \d+\.\d+\.\d+ \(placed\)/ },
}

async function binProblems({ project, node }: Place, packages: readonly PackedPackage[]): Promise<string[]> {
  const names = packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))
  const found = await eachOf(names, 1, async (name) => {
    const question = questions[name]
    if (question === undefined) return [`the program ${name} has no question in use-problems.ts`]
    const run = await runInProject(project, node, [`node_modules/.bin/${name}`, ...question.words])
    const fits = run.code === question.code && question.answer.test(run.stdout + run.stderr)
    return fits ? [] : [`the program ${name} ${lastWords(run)}`]
  })
  return found.flat()
}
