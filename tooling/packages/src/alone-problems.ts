import { join } from 'node:path'
import type { NodeProgram } from './nodes.ts'
import type { PackedPackage } from './pack.ts'
import { installedNames, installProject, runInProject } from './project.ts'
import { eachOf, lastWords } from './run-program.ts'

/** Packages that are installed on their own, and what they bring: nothing else, a library's parts for one platform aside. */
const alone: Readonly<Record<string, readonly RegExp[]>> = {
  '@claims/xgboost': [/^koffi$/, /^@koromix\/koffi-/],
  '@claims/mlflow': [/^yaml$/, /^zod$/],
}

/**
 * Installs the independent packages each into a project of its own, and looks at what they brought.
 *
 * @param nodes the first installs; each imports
 */
export async function aloneProblems(
  packages: readonly PackedPackage[],
  { nodes, folder }: { readonly nodes: readonly [NodeProgram, ...NodeProgram[]]; readonly folder: string },
): Promise<string[]> {
  const found = await eachOf(Object.entries(alone), 2, async ([name, expected]) => {
    const one = packages.find((candidate) => candidate.name === name)
    if (one === undefined) return [`there is no ${name}`]
    const project = await installProject(join(folder, name.replace('/', '-')), nodes[0], [one.file])
    const names = await installedNames(project)
    const surplus = names.filter((other) => other !== name && !expected.some((form) => form.test(other)))
    const script = `await import('${name}')`
    const imported = await eachOf(nodes, 1, async (node) => {
      const run = await runInProject(project, node, ['node', '--input-type=module', '-e', script])
      return run.code === 0 ? [] : [`${name} alone with Node ${node.version} ${lastWords(run)}`]
    })
    return [
      ...(surplus.length === 0 ? [] : [`${name} alone brings ${surplus.join(', ')}`]),
      ...imported.flat(),
    ]
  })
  return found.flat()
}
