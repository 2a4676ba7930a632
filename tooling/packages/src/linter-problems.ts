import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { PackedPackage } from './pack.ts'
import { lastWords, runProgram } from './run-program.ts'

const attw = join(
  dirname(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json'))),
  'dist/index.js',
)

/** What publint and `@arethetypeswrong/cli` find in a packed package. The packages are ES modules only. */
export async function linterProblems({ unpacked, file, manifest }: PackedPackage): Promise<string[]> {
  const { messages } = await publint({ pkgDir: unpacked, pack: false, strict: true, level: 'suggestion' })
  const types = await runProgram(
    [process.execPath, attw, file, '--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'ascii'],
    { cwd: unpacked },
  )
  return [
    ...messages.map(
      (message) => `publint: ${formatMessage(message, manifest as never, { color: false }) ?? message.code}`,
    ),
    ...(types.code === 0 ? [] : [`attw: ${lastWords(types)}`]),
  ]
}
