import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { judge, type Measurement } from './measurement.ts'
import { quantile } from './quantile.ts'

/** What the measurement needs beside the data. */
export interface LargeTrainingOptions {
  /** freMTPL2freq.csv.gz */
  readonly data: string
  /** A Python with pandas, scikit-learn and xgboost. */
  readonly python: string
  /** Library for our side: the peer's own, so that both train with the same native code. */
  readonly library?: string | undefined
  readonly threads: number
  readonly rounds: number
}

interface Run {
  readonly seconds: number
  /** User and system time of the process. */
  readonly processor_seconds: number
  readonly stages: Readonly<Record<string, number>>
  readonly roc_auc: number
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const label = 'has_claim'
const identifier = 'IDpol'

/**
 * A training with its defaults, an inferred blueprint, from a file of 678,013 rows to the bundle, beside reading,
 * encoding, five folds and a final fit in pandas, scikit-learn and XGBoost. Runs take turns and the median of each side
 * counts; both test on the same rows. The label is made a column before, for both.
 */
export async function largeTraining(options: LargeTrainingOptions): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'claims-bench-'))
  try {
    const data = join(directory, 'fremtpl2.csv')
    await writeLabelled(options.data, data)
    const ours: Run[] = []
    const peers: Run[] = []
    for (let round = 0; round < options.rounds; round++) {
      ours.push(trainOnce(data, directory, options))
      peers.push(
        runChild(options.python, [
          here('../peers/train.py'),
          data,
          String(options.threads),
          join(directory, 'test-rows.bin'),
          label,
          'yes',
          identifier,
        ]),
      )
    }
    const median = (runs: readonly Run[], of: (run: Run) => number): number => quantile(runs.map(of), 0.5)
    const processor = (runs: readonly Run[]): string =>
      median(runs, ({ processor_seconds: taken }) => taken).toFixed(1)
    const [our, peer] = [ours[0], peers[0]]
    if (our === undefined || peer === undefined) throw new TypeError('There was no run')
    return [
      judge({
        name: 'train with defaults, freMTPL2, file to bundle',
        value: median(ours, ({ seconds }) => seconds),
        unit: 's',
        peer: {
          name: 'pandas + scikit-learn + XGBoost',
          value: median(peers, ({ seconds }) => seconds),
        },
        limit: { at: 'most', value: 1 },
        note: `processor time ${processor(ours)} s, peer ${processor(peers)} s; ours ${shares(our)}; peer ${shares(peer)}`,
      }),
      judge({
        name: 'train with defaults, freMTPL2, test AUC below the peer’s on the same rows',
        value: peer.roc_auc - our.roc_auc,
        unit: '',
        limit: { at: 'most', value: 0.002 },
        note: `ours ${our.roc_auc.toFixed(4)}, peer ${peer.roc_auc.toFixed(4)}`,
      }),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The file with `has_claim`, yes or no, in the place of the number of claims. */
async function writeLabelled(from: string, to: string): Promise<void> {
  const out = createWriteStream(to)
  let at = -1
  for await (const line of createInterface({ input: createReadStream(from).pipe(createGunzip()) })) {
    const cells = line.split(',')
    if (at < 0) {
      at = cells.indexOf('ClaimNb')
      cells[at] = label
    } else cells[at] = Number(cells[at]) > 0 ? 'yes' : 'no'
    out.write(`${cells.join(',')}\n`)
  }
  await finished(out.end())
}

/** Each stage's part of the whole, the largest first. */
function shares({ stages, seconds }: Run): string {
  return Object.entries(stages)
    .filter(([name]) => name !== 'total')
    .sort(([, a], [, b]) => b - a)
    .map(([name, taken]) => `${name} ${((100 * taken) / seconds).toFixed(0)} %`)
    .join(', ')
}

function trainOnce(data: string, directory: string, { threads, library }: LargeTrainingOptions): Run {
  const bundle = join(directory, 'bundle')
  rmSync(bundle, { recursive: true, force: true })
  return runChild(
    process.execPath,
    [
      '--conditions=@claims/source',
      here('train-defaults.ts'),
      data,
      label,
      identifier,
      bundle,
      join(directory, 'test-rows.bin'),
    ],
    {
      CLAIMS_THREADS: String(threads),
      ...(library === undefined ? {} : { XGBOOST_LIBRARY: library }),
    },
  )
}

function runChild(command: string, args: readonly string[], environment: Record<string, string> = {}): Run {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ...environment },
  })
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`)
  return JSON.parse(stdout) as Run
}
