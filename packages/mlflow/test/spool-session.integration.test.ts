import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { MlflowClient } from '../src/index.ts'
import { openJournal, type Journal } from '../src/spool/journal.ts'
import { createSpoolSession } from '../src/spool/spool-session.ts'
import { startLocalServer } from './servers/local-server.ts'

const run = { info: { run_id: 'r', experiment_id: '1', status: 'RUNNING', lifecycle_stage: 'active' } }

test('an operation that is sent before its flush is done is not waited for in vain', async () => {
  await using server = await startLocalServer((request, response) => {
    request.resume()
    const answer = request.url?.includes('/runs/update') === true ? { run_info: run.info } : { run }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-session-'))
  try {
    const real = await openJournal(folder, { sequence: 0, offset: 0 })
    // A disk that takes its time to flush: the entry is in the file all the while.
    const journal: Journal = {
      ...real,
      append: async (operation, options) => {
        const entry = await real.append(operation, options)
        if (operation.kind === 'end') await sleep(2000)
        return entry
      },
    }
    const client = new MlflowClient({ trackingUri: server.address })
    const session = createSpoolSession({ client, folder, run: 'own', journal })
    await session.append({ kind: 'resume', run: 'own', runId: 'r' })
    const ended = session.send({ kind: 'end', run: 'own', status: 'FINISHED', endTime: 1 })
    await session.append({ kind: 'batch', run: 'own', params: [{ key: 'a', value: 'b' }] }, { quick: true })
    const waited = sleep(20_000, 'waits', { ref: false })
    expect(await Promise.race([ended, waited])).not.toBe('waits')
    expect(await session.close()).toBe(true)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
