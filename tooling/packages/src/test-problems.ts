import { join } from 'node:path'
import { environmentOf, type NodeProgram } from './nodes.ts'
import { lastWords, runProgram } from './run-program.ts'
import { root } from './workspace.ts'

/** Units of packages that start nothing, and what a Node without zstd says; READMEs' examples, trainings among them, run with each Node anyway. */
const short = [
  'packages/(?:contracts|frame|preprocessing|validation)/test/(?!.*(?:integration|performance|security))',
  'packages/ingestion/test/parquet-zstd\\.',
]
/** Their files are compressed with zstd, which Node has from 22.15 on; `parquet-zstd` tests the refusal. */
const onZstd = 'packages/ingestion/test/(?:parquet|parquet-kinds|format-fuzz)\\.'
/** Tests with a server of MLflow test its client, which they do with one Node. */
const all = ['(?:packages|apps)/[^/]+/test/(?!.*integration)']

/** Runs the tests of the packages with a Node. Sources that they start as programs are run by it too. */
export async function testProblems(node: NodeProgram, everything: boolean): Promise<string[]> {
  const run = await runProgram(
    [
      ...[node.path, '--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')],
      ...[
        '--config',
        'tooling/packages/jest.config.mjs',
        ...(everything ? all : short),
        '--testPathIgnorePatterns',
        onZstd,
      ],
    ],
    {
      cwd: root,
      env: {
        ...environmentOf(node),
        // Node strips types unasked from 22.18 on.
        NODE_OPTIONS: '--experimental-strip-types --disable-warning=ExperimentalWarning',
        CLAIMS_THREADS: '1',
      },
      timeoutMilliseconds: everything ? 3_600_000 : 900_000,
    },
  )
  if (run.code === 0) return []
  const failed = [...run.stderr.matchAll(/^(?:FAIL| {2}●) .*$/gm)].map(([line]) => line.trim())
  return [`tests with Node ${node.version} ${lastWords(run)}`, ...new Set(failed)]
}
