import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** A Python process that runs one program after another, so that packages are imported once. */
export interface PythonProcess {
  /**
   * Runs a program.
   *
   * @param program its text; reads `args`, sets `answer`
   * @param args JSON values
   * @returns the JSON value of `answer`
   * @throws Error with Python's traceback
   */
  run(program: string, args: Readonly<Record<string, unknown>>): Promise<unknown>
  stop(): Promise<void>
}

const loop = `
import json, os, sys, traceback, warnings
warnings.filterwarnings('ignore')
with open(3, 'w') as out:
    for line in sys.stdin:
        request = json.loads(line)
        names = {'args': request['args']}
        try:
            exec(request['program'], names)
            reply = {'answer': names['answer']}
        except BaseException:
            reply = {'error': traceback.format_exc()}
        out.write(json.dumps(reply) + chr(10))
        out.flush()
`

/** @param python the interpreter of a server's environment */
export function startPython(python: string): PythonProcess {
  const child = spawn(python, ['-c', loop], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  }) as ChildProcess & {
    readonly stdin: Writable
  }
  const replies = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]()
  return {
    async run(program, args) {
      child.stdin.write(`${JSON.stringify({ program, args })}\n`)
      const { value, done } = await replies.next()
      if (done === true) throw new Error('Python has ended')
      const reply = JSON.parse(value) as { answer?: unknown; error?: string }
      if (reply.error !== undefined) throw new Error(reply.error)
      return reply.answer
    },
    async stop() {
      const gone = once(child, 'exit')
      child.stdin.end()
      await gone
    },
  }
}
