import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { MlflowClient } from '../src/index.ts'

test('a path that a server would change or refuse is refused before the spool keeps it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mlflow-kept-'))
  try {
    await writeFile(join(directory, 'a#b.txt'), 'x')
    // Nothing listens there: everything waits in the spool.
    const mlflow = new MlflowClient({ trackingUri: 'http://127.0.0.1:9', spool: join(directory, 'spool') })
    const refused = { code: 'invalid_argument', field: 'path' }
    await mlflow.withRun({ experimentName: 'e' }, async (run) => {
      for (const path of ['a#b', 'a\tb', 'x%20y', 'dir/what?'])
        await expect(run.logBytes(path, Buffer.from('x'))).rejects.toMatchObject(refused)
      await expect(run.logArtifacts(join(directory, 'a#b.txt'))).rejects.toMatchObject(refused)
      await run.logBytes('plain.txt', Buffer.from('x'))
    })
    const [kept] = await mlflow.spool.status()
    expect(kept).toMatchObject({ rejected: [] })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}, 90_000)
