import { createRequire, syncBuiltinESMExports } from 'node:module'
import { createInterface } from 'node:readline'
import type * as FileSystem from 'node:fs/promises'

// Runs puts and removals in a directory, one at a time, as lines of standard input say: {"root", "work", "stop"}. It
// stops before the call of the file system with the number `stop` and says "held"; an empty line lets it go on. At the
// end it says how many calls it made. Calls through a handle that is open belong to the step that opened it.
const require = createRequire(import.meta.url)
const files = require('node:fs/promises') as Record<string, (...values: unknown[]) => Promise<unknown>>
let calls = 0
let stop = Infinity
let goOn: () => void = () => undefined
const stepped: readonly (keyof typeof FileSystem)[] = [
  ...(['open', 'mkdir', 'readdir', 'readFile', 'stat', 'lstat', 'rename', 'rm', 'opendir'] as const),
]
for (const name of stepped) {
  const original = files[name]!
  files[name] = async (...values) => {
    if (calls++ === stop) {
      process.stdout.write('held\n')
      await new Promise<void>((resolve) => (goOn = resolve))
    }
    return await original(...values)
  }
}
syncBuiltinESMExports()
// The modules below take their functions of the file system from what was replaced above.
const { DirectoryArtifactStore } = await import('@claims/registry')
const { exampleBundle } = await import('@claims/contracts/example')

const bundle = exampleBundle({ seed: 1 })
for await (const line of createInterface({ input: process.stdin })) {
  if (line === '') {
    goOn()
    continue
  }
  const order = JSON.parse(line) as { root: string; work: 'put' | 'remove'; stop: number | null }
  calls = 0
  stop = order.stop ?? Infinity
  const store = new DirectoryArtifactStore(order.root)
  const work =
    order.work === 'put'
      ? store.put(bundle)
      : store.remove([bundle.manifestSha256], { minimumAge: 3_600_000 })
  void work.then(
    () => process.stdout.write(`done ${String(calls)}\n`),
    (error: unknown) => process.stdout.write(`failed ${String(error)}\n`),
  )
}
