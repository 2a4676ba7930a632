import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readRuns } from './ran-ranges.ts'
import { percent, sum, summarizeFile, type FileCoverage } from './summarize.ts'

const root = resolve(import.meta.dirname, '../../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Lines per hundred that each package needs; less ends with 1. Then every package is reported. */
    least: { type: 'string' },
    /** Lists the lines that did not run. */
    missed: { type: 'boolean', default: false },
  },
})
const [directory] = positionals
if (directory === undefined) throw new TypeError('main.ts DIRECTORY [--least 90] [--missed]')
const least = values.least === undefined ? undefined : Number(values.least)

const runs = readRuns(root, directory)

function sourcesOf(folder: string): string[] {
  const src = join(root, folder, 'src')
  if (!existsSync(src)) return []
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, 'src', name))
    .sort()
}

const packages = ['packages', 'apps']
  .flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`))
  .map((folder) => {
    const files = sourcesOf(folder).map((path): FileCoverage =>
      summarizeFile(path, readFileSync(join(root, path), 'utf8'), runs.get(path)),
    )
    const lines = sum(files.map((file) => file.lines))
    return { folder, files, lines, branches: sum(files.map((file) => file.branches)) }
  })
  .filter(({ files, lines }) => files.length > 0 && (least !== undefined || lines.covered > 0))

console.log(`\n${'coverage'.padEnd(26)} ${'lines'.padStart(18)} ${'branches'.padStart(18)}`)
const text = (share: { total: number; covered: number }): string =>
  `${percent(share).toFixed(1)} % of ${String(share.total).padStart(5)}`.padStart(18)
for (const { folder, lines, branches } of packages)
  console.log(`${folder.padEnd(26)} ${text(lines)} ${text(branches)}`)

const short = packages.filter(({ lines }) => least !== undefined && percent(lines) < least)
for (const { folder, lines } of short)
  console.log(
    `${folder} has ${percent(lines).toFixed(1)} % of its lines covered; it needs ${String(least)} %`,
  )
for (const { path, missed } of (values.missed ? packages : short).flatMap(({ files }) => files))
  if (missed.length > 0) console.log(`  ${path}: ${missed.join(', ')}`)
process.exitCode = short.length > 0 ? 1 : 0
