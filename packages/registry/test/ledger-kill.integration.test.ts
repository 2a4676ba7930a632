import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint, verifyLedger } from '@claims/registry'
import { describeDatabases, type LedgerDatabase } from './ledger-databases.ts'

describeDatabases('a process that is killed while it signs and drops', (open) => {
  let place: LedgerDatabase
  beforeEach(async () => {
    place = await open()
  })
  afterEach(() => place.dispose())

  test('leaves a ledger that is whole against every checkpoint that has its name', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const { folder, ledger, url } = place
    await writeFile(join(folder, 'key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const program = join(import.meta.dirname, 'processes', 'sign-and-drop.ts')
    const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
    for (let round = 0; round < 5; round += 1) {
      const words = [program, url, folder, String(round * 100)]
      const child = spawn(process.execPath, [...flags, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
      const exit = once(child, 'exit')
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 200))
      child.kill('SIGKILL')
      await exit
    }
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    const checkpoints = await Promise.all(
      files.map(async (name) => openCheckpoint(await readFile(join(folder, name), 'utf8'), publicKey)),
    )
    expect(checkpoints.length).toBeGreaterThanOrEqual(5)
    const report = await verifyLedger(ledger, { checkpoints })
    expect(report.problems).toEqual([])
    expect(report.notes.filter(({ kind }) => kind !== 'dropped')).toEqual([])
  }, 240_000)
})
