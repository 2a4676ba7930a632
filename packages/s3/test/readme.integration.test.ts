import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describeOnServer } from './object-store.ts'

describeOnServer('the README', (server) => {
  test('its example runs, with credentials of the environment', async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
    const example = /```ts needs-s3\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const place = server().place()
    const directory = await mkdtemp(join(import.meta.dirname, 'example.tmp-'))
    try {
      await writeFile(join(directory, 'example.ts'), example)
      const words = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning', 'example.ts']
      const child = spawn(process.execPath, words, {
        cwd: directory,
        env: {
          ...process.env,
          ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', ARTIFACTS_URI: place.uri },
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [output, ended] = await Promise.all([text(child.stdout), once(child, 'close')])
      expect(ended).toEqual([0, null])
      const comments = [...example.matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment)
      expect(output.trim().split('\n')).toEqual(comments)
      expect(comments).toHaveLength(2)
    } finally {
      await rm(directory, { recursive: true, force: true })
      place.dispose()
    }
  })
})
