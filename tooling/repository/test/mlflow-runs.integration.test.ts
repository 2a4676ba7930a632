import { afterEach, expect, test } from '@jest/globals'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const jest = resolve(import.meta.dirname, '../../jest')
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

interface Run {
  /** Where the run writes down its servers. */
  readonly directory: string
  /** Ends the run as Jest does after the last test. */
  finish(): Promise<number | null>
}

/** What a test run does before its first test and after its last one, in a process of its own. */
async function startRun(): Promise<Run> {
  const script = `
    const { default: prepare } = await import(process.argv[1] + '/prepare-mlflow.mjs')
    const { default: stop } = await import(process.argv[1] + '/stop-mlflow.mjs')
    await prepare()
    console.log(process.env.CLAIMS_MLFLOW_SERVERS)
    process.stdin.resume().on('end', stop)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, jest], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  started.push(child)
  const [directory] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    directory,
    async finish() {
      child.stdin.end()
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
  }
}

/** A program that stands for a server, written down as `sharedMlflow` does. */
async function startServer({ directory }: Run): Promise<{ child: ChildProcess; files: string }> {
  const files = await mkdtemp(join(tmpdir(), 'server-files-'))
  const child = spawn('sleep', ['600'], { detached: true })
  started.push(child)
  await writeFile(join(directory, '3.json'), JSON.stringify({ pid: child.pid, directory: files }))
  return { child, files }
}

test('a run that ends stops its own servers, and leaves those of another run', async () => {
  const runs = [await startRun(), await startRun()] as const
  const servers = [await startServer(runs[0]), await startServer(runs[1])] as const
  expect(runs[0].directory).not.toBe(runs[1].directory)
  const gone = once(servers[0].child, 'exit')
  expect(await runs[0].finish()).toBe(0)
  expect(await gone).toEqual([null, 'SIGKILL'])
  expect([existsSync(servers[0].files), existsSync(runs[0].directory)]).toEqual([false, false])
  expect(spawnSync('kill', ['-0', String(servers[1].child.pid)]).status).toBe(0)
  expect(await readdir(runs[1].directory)).toEqual(['3.json'])
  expect(await runs[1].finish()).toBe(0)
  await rm(servers[1].files, { recursive: true, force: true })
})

test('a server that ended by itself does not trouble the end of a run', async () => {
  const run = await startRun()
  const { child } = await startServer(run)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await run.finish()).toBe(0)
})
