import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '@claims/contracts'
import { writeBundle } from '@claims/registry'
import { exampleManifestFacts } from '@claims/registry/example'

const [directory = ''] = process.argv.slice(2)
await writeBundle(directory, async (temporary) => {
  await writeFile(join(temporary, 'pipeline.json'), canonicalJson({ steps: [] }))
  process.stdout.write(`process ${String(process.pid)} is writing\n`)
  await once(process.stdin, 'data')
  await writeFile(join(temporary, 'policy.json'), canonicalJson({ slow: true }))
  return exampleManifestFacts({ seed: 1 })
})
process.stdout.write('written\n')
process.stdin.destroy()
