import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readBatches, scanTable } from '../src/index.ts'
import { numeric, text } from './columns.ts'
import { parquetSample } from './parquet-sample.ts'
import { temporaryFolder } from './temporary-folder.ts'

const columns = [numeric('n'), text('t')]
const rows = 60_000
const records = Array.from({ length: rows }, (_, i) => ({ n: i, t: `text ${String(i % 97)}` }))
const csv = `n,t\n${records.map(({ n, t }) => `${String(n)},${t}`).join('\n')}\n`
const jsonLines = records.map((record) => JSON.stringify(record)).join('\n')

function makePipe(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path])
}

/** Writes into a pipe in small parts while it is read. */
async function throughPipe<T>(path: string, bytes: Buffer, read: () => Promise<T>): Promise<T> {
  const parts = Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 50_001) yield bytes.subarray(at, at + 50_001)
    })(),
  )
  const [result] = await Promise.all([read(), pipeline(parts, createWriteStream(path))])
  return result
}

// Windows has no named pipes in its file system; the files of these tests are read as on every other system.
const describePosix = process.platform === 'win32' ? describe.skip : describe

describePosix('reading a pipe', () => {
  test.each([
    ['CSV', Buffer.from(csv), 'csv'],
    ['gzip CSV', gzipSync(csv), 'csv gzip'],
    ['JSON Lines', Buffer.from(jsonLines), 'json_lines'],
    ['gzip JSON Lines', gzipSync(jsonLines), 'json_lines gzip'],
    ['JSON', Buffer.from(`[${jsonLines.replaceAll('\n', ',')}]`), 'json'],
    ['UTF-16', Buffer.from(`\uFEFF${csv}`, 'utf16le'), 'csv'],
  ])('%s, whole and in batches', async (_, bytes, format) => {
    await using folder = await temporaryFolder()
    const path = folder.path('pipe')
    makePipe(path)
    const raw = await throughPipe(path, bytes, () => scanTable(path))
    expect(raw.lineage).toMatchObject({ rows, bytes: bytes.length, format })
    const total = await throughPipe(path, bytes, async () => {
      let sum = 0
      for await (const { frame } of readBatches(path, { columns, batchRows: 7000 }))
        for (const value of frame.number('n')) sum += value
      return sum
    })
    expect(total).toBe((rows * (rows - 1)) / 2)
  })

  test('Parquet', async () => {
    await using folder = await temporaryFolder()
    const path = folder.path('pipe')
    makePipe(path)
    const { bytes, rows: want } = await parquetSample()
    expect((await throughPipe(path, bytes, () => scanTable(path))).rows).toBe(want)
    const count = await throughPipe(path, bytes, async () => {
      let sum = 0
      for await (const { frame } of readBatches(path, { columns: [text('claim_id')], batchRows: 4 }))
        sum += frame.rows
      return sum
    })
    expect(count).toBe(want)
  })

  test('devices and sockets are refused at once', async () => {
    await using folder = await temporaryFolder()
    const server = createServer().listen(folder.path('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    const drain = async (path: string): Promise<void> => {
      for await (const batch of readBatches(path, { columns, batchRows: 2 })) expect(batch).toBeDefined()
    }
    try {
      for (const [path, problem] of [
        ['/dev/zero', 'is a device'],
        ['/dev/null', 'is a device'],
        [folder.path('socket'), 'is a socket'],
      ] as const)
        for (const work of [scanTable(path), drain(path)])
          await expect(work).rejects.toMatchObject({ code: 'unreadable_file', problems: [{ problem }] })
    } finally {
      server.close()
    }
  })

  test('a pipe whose writer ends without a byte is empty', async () => {
    await using folder = await temporaryFolder()
    const path = folder.path('pipe')
    makePipe(path)
    const writer = spawn('sh', ['-c', ': > "$0"', path])
    await expect(scanTable(path)).rejects.toMatchObject({ code: 'empty_data' })
    expect(writer.pid).toBeDefined()
  })
})
