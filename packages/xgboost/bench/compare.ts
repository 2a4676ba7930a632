/**
 * Compares this package with Python's own of the same library version: same data, parameters and threads, in turns.
 *
 *     node --conditions=@claims/source packages/xgboost/bench/compare.ts --python PYTHON --library LIBXGBOOST
 *
 * Prints the table and writes it to packages/xgboost/docs/bench.md.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    library: { type: 'string' },
    turns: { type: 'string', default: '7' },
  },
})
if (values.python === undefined || values.library === undefined)
  throw new Error('--python PYTHON and --library LIBXGBOOST are needed')
const [python, library] = [values.python, values.library]
const here = import.meta.dirname
// What users install is the emitted JavaScript, not the sources.
execFileSync(`${here}/../../../node_modules/.bin/tsc`, ['-p', `${here}/../tsconfig.build.json`])

type Figures = Record<string, number>
interface Side {
  readonly version: string
  readonly figures: Figures
}
const measureNode = (what: string): Side =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', `${here}/node-side.ts`, library, what], {
      encoding: 'utf8',
    }),
  ) as Side
const measurePython = (what: string): Side =>
  JSON.parse(execFileSync(python, [`${here}/python_side.py`, what], { encoding: 'utf8' })) as Side

const LABELS: Readonly<Record<string, [label: string, unit: string, limit: string]>> = {
  train_wide: ['train 100,000 x 50, 100 rounds, depth 6, matrix included', 's', '1.05'],
  train_long: ['train 434,000 x 16, 100 rounds, depth 6, matrix included', 's', '1.05'],
  row_p50: [
    'one row in place, 100 trees of depth 6, 50 features, p50',
    'microseconds',
    '0.2; 10 microseconds',
  ],
  row_p99: ['one row in place, p99', 'microseconds', '50 microseconds'],
  rows: ['1,000,000 rows predicted in place', 's', '1.05'],
  contributions: ['contributions of 10,000 rows', 's', '1.05'],
  columns_copy: ['growth of the peak size, matrix of 50 columns x 400,000 (80 MB)', 'MB', ''],
}

const before = loadavg()[0]?.toFixed(1) ?? ''

/** The least of the turns, which other programs disturb least. */
const least = (turns: readonly Figures[], name: string): number =>
  Math.min(...turns.map((figures) => figures[name] ?? Number.NaN))

const [node, peer]: [Side[], Side[]] = [[], []]
for (let turn = 0; turn < Number(values.turns); turn += 1)
  for (const what of ['wide', 'long', 'columns']) {
    node.push(measureNode(what))
    peer.push(measurePython(what))
  }
const figuresOf = (sides: readonly Side[], name: string): number =>
  least(
    sides.map(({ figures }) => figures).filter((figures) => name in figures),
    name,
  )
const lines = Object.entries(LABELS).map(([name, [label, unit, limit]]) => {
  const [own, other] = [figuresOf(node, name), figuresOf(peer, name)]
  const digits = unit === 's' ? 3 : 1
  return `| ${label} | ${unit} | ${own.toFixed(digits)} | ${other.toFixed(digits)} | ${(own / other).toFixed(2)} | ${limit} |`
})
const document = `# Bench

Made by \`packages/xgboost/bench/compare.ts\`: this package and Python's \`xgboost\` in turns, each in a process of its own;
each figure is the least of ${values.turns} turns, because other programs only add to it. Both build the same data by a
formula and use ${availableParallelism()} threads, and 1 for single rows; "limit" is the ratio to stay under. Trainings are the
first of their process, so that ours starts its thread; predictions of many rows are the best of five.

- ${availableParallelism()} processors, ${process.platform} ${process.arch}, load average ${before} at the start, ${loadavg()[0]?.toFixed(1) ?? ''} at the end
- Node ${process.version}, libxgboost ${node[0]?.version ?? ''}; Python's package ${peer[0]?.version ?? ''}

| | unit | @claims/xgboost | Python | ratio | limit |
| --- | --- | ---: | ---: | ---: | ---: |
${lines.join('\n')}

A row in place is one call of \`booster.predict\`, and of \`Booster.inplace_predict\`, each time on another row. The last
line is how far the process's peak resident size grew while 50 columns became a matrix: the library keeps 8 bytes for
each cell, 160 MB; a copy to rows before would add 80 MB.
`
mkdirSync(`${here}/../docs`, { recursive: true })
writeFileSync(`${here}/../docs/bench.md`, document)
process.stdout.write(document)
