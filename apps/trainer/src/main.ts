#!/usr/bin/env node
import { run } from './run.ts'

// A reader that has seen enough, such as `head`, closes the pipe: what it does not want is dropped, and the work goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await run(process.argv)
