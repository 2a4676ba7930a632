import { expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeServers } from './servers/describe-servers.ts'

describeServers('the README', (server) => {
  test('its example runs', async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
    const example = /```ts needs-mlflow\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const directory = await mkdtemp(join(import.meta.dirname, 'example.tmp-'))
    try {
      const file = join(directory, 'example.ts')
      await writeFile(file, example.replace("'@claims/mlflow'", "'../../src/index.ts'"))
      const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
        encoding: 'utf8',
        env: { ...process.env, MLFLOW_TRACKING_URI: server().trackingUri },
      })
      expect(run.stderr).toBe('')
      expect(run.status).toBe(0)
      const lines = run.stdout.trim().split('\n')
      expect(lines[0]).toBe('xgboost FINISHED')
      expect(lines[100]).toBe('99 0.896')
      expect(run.stdout).toContain('notes/summary.md')
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
