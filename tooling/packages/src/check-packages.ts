import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { aloneProblems } from './alone-problems.ts'
import { deployProblems } from './deploy-problems.ts'
import { linterProblems } from './linter-problems.ts'
import { placeOldestNode, workspaceNode } from './nodes.ts'
import { packAll } from './pack.ts'
import { packedProblems } from './packed-problems.ts'
import { eachOf } from './run-program.ts'
import { testProblems } from './test-problems.ts'
import { useProblems } from './use-problems.ts'
import { installablePackages } from './workspace.ts'

// Run: node --conditions=@claims/source tooling/packages/src/check-packages.ts [--tests none|short|all] [--keep]
const { values } = parseArgs({
  options: { tests: { type: 'string', default: 'short' }, keep: { type: 'boolean', default: false } },
})
if (!['none', 'short', 'all'].includes(values.tests)) throw new TypeError('--tests is none, short or all')

const folder = await mkdtemp(join(tmpdir(), 'claims-packages-'))
const problems: string[] = []

async function stage(name: string, work: () => Promise<readonly string[]>): Promise<void> {
  const started = performance.now()
  const found = await work()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${found.length === 0 ? 'ok ' : 'BAD'}  ${seconds.padStart(6)} s  ${name}\n`)
  for (const problem of found) process.stdout.write(`     ${problem}\n`)
  problems.push(...found)
}

try {
  const [oldest, newest] = [await placeOldestNode(), workspaceNode()]
  const nodes = [oldest, newest] as const
  const versions = nodes.map(({ version }) => version).join(' and ')
  const packages = installablePackages()
  const started = performance.now()
  const packed = await packAll(packages, join(folder, 'packed'))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`ok   ${seconds.padStart(6)} s  ${String(packed.length)} packages packed\n`)
  await stage('what is packed', () =>
    Promise.resolve(packed.flatMap((one) => packedProblems(one).map((problem) => `${one.name}: ${problem}`))),
  )
  await stage('publint and @arethetypeswrong/cli', async () => {
    const found = await eachOf(packed, 2, async (one) =>
      (await linterProblems(one)).map((problem) => `${one.name}: ${problem}`),
    )
    return found.flat()
  })
  await stage(`installed by npm with Node ${oldest.version}, compiled, run with Node ${versions}`, () =>
    useProblems(packed, { nodes, folder: join(folder, 'all') }),
  )
  await stage('installed alone', () => aloneProblems(packed, { nodes, folder: join(folder, 'alone') }))
  await stage(`apps deployed, run with Node ${versions}`, () =>
    deployProblems(nodes, join(folder, 'deployed')),
  )
  if (values.tests !== 'none')
    await stage(`tests with Node ${oldest.version} (${values.tests})`, () =>
      testProblems(oldest, values.tests === 'all'),
    )
} finally {
  if (values.keep) process.stdout.write(`kept: ${folder}\n`)
  else await rm(folder, { recursive: true, force: true })
}
process.stdout.write(
  problems.length === 0 ? 'packages: nothing found\n' : `packages: ${String(problems.length)} problems\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
