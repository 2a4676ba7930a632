import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { PackedPackage } from './pack.ts'
import { lastWords, runProgram } from './run-program.ts'
import { root } from './workspace.ts'

const attw = join(root, 'tooling/packages/node_modules/@arethetypeswrong/cli/dist/index.js')

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
