import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { DirectoryLedger } from '@claims/registry'

test('of several entries that a killed process appended at once, all are there or none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'claims-ledger-'))
  const ledger = new DirectoryLedger(root)
  const script = join(import.meta.dirname, 'processes', 'append-pairs.ts')
  const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
  const answered: string[] = []
  try {
    for (let round = 0; round < 8; round += 1) {
      const children = [0, 1].map(() =>
        spawn(process.execPath, [...flags, script, root], { stdio: ['ignore', 'pipe', 'inherit'] }),
      )
      const exits = children.map((child) => once(child, 'exit'))
      children.forEach((child) => child.stdout.on('data', (data: Buffer) => answered.push(String(data))))
      await Promise.race(children.map((child) => once(child.stdout, 'data')))
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 60))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(exits)
      const lines = await ledger.read('fraud')
      expect(lines.length).toBeGreaterThan(0)
      expect(lines).toEqual(
        lines.map((_, i) => (i % 2 === 0 ? `approved ${String(i)}` : `promoted ${String(i - 1)}`)),
      )
      const places = answered.join('').split('\n').filter(Boolean)
      expect(lines).toEqual(expect.arrayContaining(places.map((place) => `promoted ${place}`)))
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}, 120_000)
