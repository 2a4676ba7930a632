import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { evaluationSchema } from '@claims/contracts'
import { judge, type Measurement } from './measurement.ts'

interface Peer {
  readonly seconds: number
  /** Without intervals, contributions and profile. */
  readonly core_seconds: number
  readonly import_seconds: number
  readonly xgboost_seconds: number
  readonly peak_bytes: number
  readonly roc_auc: number
  readonly xgboost_version: string
}

/** What the measurement needs beside the data. */
export interface Fremtpl2Options {
  readonly data: string
  /** A Python with pandas, scikit-learn and xgboost. */
  readonly python: string
  /** Library for our side: the peer's own, so that both train with the same native code. */
  readonly library?: string
  readonly threads: number
  readonly rounds: number
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * 678,013 rows from CSV to bundle beside the same work in pandas, scikit-learn and XGBoost. Runs take turns and the
 * fastest of each side counts; both test on the same rows.
 */
export function fremtpl2(options: Fremtpl2Options): Measurement[] {
  const directory = mkdtempSync(join(tmpdir(), 'claims-bench-'))
  try {
    const ours: { seconds: number; rocAuc: number; peakBytes: number }[] = []
    const peers: Peer[] = []
    for (let round = 0; round < options.rounds; round++) {
      ours.push(trainOnce(directory, options))
      peers.push(
        JSON.parse(
          runChild(
            options.python,
            [
              here('../peers/fremtpl2.py'),
              options.data,
              String(options.threads),
              join(directory, 'test-rows.bin'),
            ],
            {},
          ),
        ) as Peer,
      )
    }
    const fastest = ours.reduce((a, b) => (a.seconds < b.seconds ? a : b))
    const peer = peers.reduce((a, b) => (a.seconds < b.seconds ? a : b))
    const note = `peer: XGBoost ${peer.xgboost_version} itself ${peer.xgboost_seconds.toFixed(1)} s; without intervals, contributions and profile the peer takes ${peer.core_seconds.toFixed(1)} s; imports ${peer.import_seconds.toFixed(1)} s not counted`
    return [
      judge({
        name: 'freMTPL2, file to bundle',
        value: fastest.seconds,
        unit: 's',
        peer: { name: 'pandas + scikit-learn + XGBoost', value: peer.seconds },
        limit: { at: 'most', value: 1 },
        note,
      }),
      judge({
        name: 'freMTPL2, test AUC apart from the peer’s on the same rows',
        value: Math.abs(peer.roc_auc - fastest.rocAuc),
        unit: '',
        limit: { at: 'most', value: 0.002 },
        note: `ours ${fastest.rocAuc.toFixed(4)}, peer ${peer.roc_auc.toFixed(4)}`,
      }),
      judge({
        name: 'freMTPL2, peak memory',
        value: Math.max(...ours.map((run) => run.peakBytes)) / 2 ** 30,
        unit: 'GiB',
        limit: { at: 'most', value: 2e9 / 2 ** 30 },
        note: `peer ${(peer.peak_bytes / 2 ** 30).toFixed(2)} GiB`,
      }),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function trainOnce(
  directory: string,
  { data, threads, library }: Fremtpl2Options,
): { seconds: number; rocAuc: number; peakBytes: number } {
  const bundle = join(directory, 'bundle')
  const testRows = join(directory, 'test-rows.bin')
  const printed = runChild(
    process.execPath,
    [
      '--conditions=@claims/source',
      here('train-once.ts'),
      data,
      here('../fremtpl2.blueprint.json'),
      bundle,
      testRows,
    ],
    {
      CLAIMS_THREADS: String(threads),
      ...(library === undefined ? {} : { XGBOOST_LIBRARY: library }),
    },
  )
  const { seconds, peak_bytes: peakBytes } = JSON.parse(printed) as { seconds: number; peak_bytes: number }
  const evaluation = evaluationSchema.parse(JSON.parse(readFileSync(join(bundle, 'evaluation.json'), 'utf8')))
  return { seconds, rocAuc: evaluation.test.metrics.roc_auc.value, peakBytes }
}

function runChild(command: string, args: readonly string[], environment: Record<string, string>): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ...environment },
  })
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`)
  return stdout
}
