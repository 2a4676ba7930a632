// Emits the package of the current directory to its `dist`, from nothing: what a moved source left there would be packed.
// Types are not checked again here, which takes ten times as long; `typecheck` does.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

rmSync('dist', { recursive: true, force: true })
const compiler = createRequire(import.meta.url).resolve('@typescript/native/package.json')
const run = spawnSync(process.execPath, [join(dirname(compiler), 'bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (run.error) throw run.error
process.exitCode = run.status ?? 1
