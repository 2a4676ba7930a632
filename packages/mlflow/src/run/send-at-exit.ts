import { spawnSync } from 'node:child_process'
import type { PreparedCall } from '../http/transport.ts'

const longestMilliseconds = 5000
const program = `
let text = ''
for await (const chunk of process.stdin) text += chunk
const { url, method, headers, body, insecureTls } = JSON.parse(text)
const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http')
const sent = request(url, { method, headers, rejectUnauthorized: !insecureTls, timeout: 4000 }, (answer) => answer.resume())
sent.on('timeout', () => sent.destroy())
sent.on('error', () => { process.exitCode = 1 })
sent.end(body)
`

/**
 * Sends a call while the process ends, when nothing asynchronous runs any more: by another process, which is waited
 * for at most five seconds. The call goes there by its standard input, since it holds credentials.
 *
 * @param call as the transport prepared it
 */
export function sendAtExit(call: PreparedCall): void {
  spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    input: JSON.stringify(call),
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: longestMilliseconds,
  })
}
