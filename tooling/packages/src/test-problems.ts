import { join } from 'node:path'
import { environmentOf, type NodeProgram } from './nodes.ts'
import { lastWords, runProgram } from './run-program.ts'
import { root } from './workspace.ts'

/** Suites that are quick, the long ones of models and bundles left out, and reach what differs between versions of Node: native calls, threads, streams, zlib, dates. */
const short = [
  'packages/(?:blueprints|contracts|features|frame|leakage|preprocessing|scoring|validation)/test/',
  'packages/ingestion/test/(?:parquet-zstd|read-data|record-reader)\\.',
  'packages/mlflow/test/(?:artifacts|journal|model-folder)\\.(?!integration)',
  'packages/registry/test/(?!.*(?:bundle|process))',
  'packages/xgboost/test/(?:data|folds|prediction|train)\\.',
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
