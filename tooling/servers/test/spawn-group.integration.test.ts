import { expect, test } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { endGroup, hasEnded, spawnGroup } from '@claims/servers'

test('a group ends with the process that started it, even when that is killed', async () => {
  // The output is closed once nobody of the group holds it.
  const program = join(import.meta.dirname, 'programs/program-that-starts.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    child.kill('SIGKILL')
  })
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  expect(lines).toEqual(['started'])
})

test('a group of another owner outlives the process that started it, and ends with its owner', async () => {
  const owner = spawn('sleep', ['600'])
  const child = await spawnGroup(['/bin/sh', '-c', 'sleep 600 & wait'], { owner: owner.pid ?? 0 })
  expect(hasEnded(child)).toBe(false)
  owner.kill('SIGKILL')
  const [, signal] = (await once(child, 'exit')) as [null, string]
  expect(signal).toBe('SIGKILL')
})

test('ending a group ends what its leader left behind, and does nothing a second time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'group-'))
  const pipe = join(directory, 'pipe')
  expect(spawnSync('/bin/sh', ['-c', 'mkfifo "$0"', pipe]).status).toBe(0)
  const [reader, writer] = await Promise.all([open(pipe, 'r'), open(pipe, 'w')])
  const written = text(reader.createReadStream())
  const child = await spawnGroup(['/bin/sh', '-c', 'sleep 600 & echo "$HOME in $PWD"; exit 7'], {
    output: writer.fd,
    cwd: directory,
    env: { ...process.env, HOME: '/of-the-test' },
  })
  await writer.close()
  if (!hasEnded(child)) await once(child, 'exit')
  expect(child.exitCode).toBe(7)
  await endGroup(child)
  await endGroup(child)
  expect(await written).toBe(`/of-the-test in ${directory}\n`)
  await rm(directory, { recursive: true })
})

test('a program that there is not ends with 127', async () => {
  const child = await spawnGroup(['/nowhere/program'])
  if (!hasEnded(child)) await once(child, 'exit')
  expect(child.exitCode).toBe(127)
  await endGroup(child)
})
