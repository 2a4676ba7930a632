// Emits the package of the current directory to its `dist`, from nothing: what a moved source left there would be packed.
// Types are not checked again here, which takes ten times as long; `typecheck` does.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

rmSync('dist', { recursive: true, force: true })
const compiler = createRequire(import.meta.url).resolve('@typescript/native/package.json')
const run = spawnSync(process.execPath, [join(dirname(compiler), 'bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (run.error) throw run.error
process.exitCode = run.status ?? 1

// The compiler names the JavaScript in what it emits, but the TypeScript, which is not packed, in declarations.
const sourceImport = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]+)\.ts\2/g
for (const path of process.exitCode === 0 ? readdirSync('dist', { recursive: true }) : []) {
  if (!path.endsWith('.d.ts')) continue
  const file = join('dist', path)
  writeFileSync(file, readFileSync(file, 'utf8').replace(sourceImport, '$1$2$3.js$2'))
}
