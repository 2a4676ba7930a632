import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exampleBundle } from '@claims/contracts/example'
import { DirectoryArtifactStore } from '@claims/registry'

/** A process that puts or removes a bundle, and can be held before any call of the file system. */
interface Worker {
  /** Begins a piece of work; resolves when it is held or done. */
  begin(root: string, work: 'put' | 'remove', stop: number | null): Promise<string>
  /** Lets it go on; resolves when it is done. */
  end(): Promise<string>
  stop(): void
}

function startWorker(): Worker {
  const path = join(import.meta.dirname, 'processes/stepped-store.ts')
  const flags = ['--conditions=@claims/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let last = ''
  const next = async (): Promise<string> => {
    last = String((await lines.next()).value)
    return last
  }
  return {
    begin: (root, work, stop) => {
      child.stdin.write(`${JSON.stringify({ root, work, stop })}\n`)
      return next()
    },
    end: async () => {
      if (last !== 'held') return last
      child.stdin.write('\n')
      return await next()
    },
    stop: () => child.kill(),
  }
}

const bundle = exampleBundle({ seed: 1 })
let putter: Worker
let remover: Worker
let folder: string
beforeAll(async () => {
  putter = startWorker()
  remover = startWorker()
  folder = await mkdtemp(join(tmpdir(), 'claims-steps-'))
})
afterAll(async () => {
  putter.stop()
  remover.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A place with an old bundle. */
async function oldBundle(): Promise<string> {
  const root = await mkdtemp(join(folder, 'root-'))
  const store = new DirectoryArtifactStore(root)
  await store.put(bundle)
  const time = new Date(Date.now() - 3 * 3_600_000)
  await utimes(await store.locate(bundle.manifestSha256), time, time)
  return root
}

/**
 * Holds one process before a step, lets the other one run to its end or to a lock, and then both to their ends.
 *
 * @returns whether the process had so many steps
 */
async function interleave(
  root: string,
  first: { readonly worker: Worker; readonly work: 'put' | 'remove'; readonly stop: number },
): Promise<boolean> {
  const other = first.worker === putter ? remover : putter
  const isHeld = (await first.worker.begin(root, first.work, first.stop)) === 'held'
  const others = other.begin(root, first.work === 'put' ? 'remove' : 'put', null)
  // One that waits for the lock of the other goes on when that is let go.
  await Promise.race([others, sleep(300)])
  const ended = await first.worker.end()
  expect([ended, await others]).toEqual([expect.stringMatching(/^done/), expect.stringMatching(/^done/)])
  const store = new DirectoryArtifactStore(root)
  const kept = await store.open(bundle.manifestSha256)
  for (const name of Object.keys(bundle.manifest.files))
    expect(Buffer.from(await kept.read(name))).toEqual(Buffer.from(await bundle.read(name)))
  expect(await store.remove([bundle.manifestSha256], { minimumAge: 3_600_000 })).toMatchObject({
    ...{ removed: [], young: [bundle.manifestSha256], left: [] },
  })
  expect((await readdir(join(root, '_artifacts'))).sort()).toEqual(['.lock', bundle.manifestSha256])
  return isHeld
}

test.each(['put', 'remove'] as const)(
  'a bundle is whole and young once its put was answered, whatever the other process does before a step of the %s',
  async (work) => {
    const worker = work === 'put' ? putter : remover
    let stop = 0
    while (await interleave(await oldBundle(), { worker, work, stop })) stop += 1
    expect(stop).toBeGreaterThan(10)
  },
  300_000,
)
