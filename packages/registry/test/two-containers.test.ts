import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DirectoryModelRegistry, openBundle } from '@claims/registry'

/** A process namespace of its own, as a container has one: the program in it is process 1. */
const container = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'] as const
const [unshare, ...namespaces] = container
const possible = spawnSync(unshare, [...namespaces, 'true']).status === 0
const describeContainers = possible ? describe : describe.skip

describeContainers(
  possible ? 'two containers on one volume' : 'two containers on one volume (no unshare here)',
  () => {
    let root: string
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'claims-containers-'))
    })
    afterEach(async () => {
      await rm(root, { recursive: true, force: true })
    })

    function run(script: string, ...values: string[]): ChildProcessByStdio<Writable, Readable, null> {
      const path = join(import.meta.dirname, 'processes', script)
      const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
      return spawn(unshare, [...namespaces, process.execPath, ...flags, path, ...values], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
    }

    test('a writer leaves the unfinished bundle of another container alone, though both are process 1', async () => {
      const directory = join(root, 'bundle')
      const slow = run('slow-bundle.ts', directory)
      const slowExit = once(slow, 'exit')
      expect(String(await once(slow.stdout, 'data'))).toBe('process 1 is writing\n')
      const quick = run('slow-bundle.ts', directory)
      const quickExit = once(quick, 'exit')
      expect(String(await once(quick.stdout, 'data'))).toBe('process 1 is writing\n')
      quick.stdin.write('go on\n')
      expect(await quickExit).toEqual([0, null])
      slow.stdin.write('go on\n')
      expect(await slowExit).toEqual([0, null])
      expect(await (await openBundle(directory)).readJson('policy.json')).toEqual({ slow: true })
      expect(await readdir(root)).toEqual(['bundle'])
    }, 60_000)

    test('lose no version and no promotion that was answered', async () => {
      const answers: string[] = []
      const exits = ['a', 'b'].map(async (name) => {
        const child = run('register-some.ts', root, name, '8')
        child.stdin.end()
        child.stdout.on('data', (data: Buffer) => answers.push(String(data)))
        return (await once(child, 'exit')) as unknown[]
      })
      expect(await Promise.all(exits)).toEqual([
        [0, null],
        [0, null],
      ])
      const lines = answers.join('').split('\n')
      expect(lines.filter((line) => line === 'process 1')).toHaveLength(2)
      const answered = lines.flatMap((line) => /^registered (\d+)$/.exec(line)?.[1] ?? [])
      expect(answered.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1))
      const registry = new DirectoryModelRegistry(join(root, 'registry'))
      const history = await registry.history('fraud')
      expect(history.filter(({ action }) => action === 'promote').map(({ version }) => version)).toEqual(
        expect.arrayContaining(answered),
      )
      for (const { version } of await registry.versions('fraud'))
        await (await registry.resolve(`fraud@${version}`)).open()
    }, 120_000)
  },
)
