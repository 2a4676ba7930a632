import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { runInContext } from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

const directory = process.env['CLAIMS_TESTS_COVERAGE']

/**
 * Globals that sources use in their inner loops. Jest answers each use of a global by a proxy, which costs more than
 * the sum that it is used in; a constant of the context's scripts is found before it and costs nothing. What tests
 * replace (timers, `Date`, `fetch`) is not among them.
 */
const constants = [
  ...['Array', 'ArrayBuffer', 'BigInt', 'Boolean', 'DataView', 'Error', 'JSON', 'Map', 'Math', 'Number'],
  ...['Object', 'Promise', 'RangeError', 'Reflect', 'RegExp', 'Set', 'String', 'TypeError', 'WeakMap'],
  ...[
    'BigInt64Array',
    'BigUint64Array',
    'Float32Array',
    'Float64Array',
    'Int8Array',
    'Int16Array',
    'Int32Array',
  ],
  ...['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Buffer'],
]

/**
 * Node's environment. With CLAIMS_TESTS_COVERAGE it writes what V8 saw of the sources while a test file ran, and the
 * programs and threads that the tests start write theirs beside it.
 */
export default class CoveredEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context)
    runInContext(constants.map((name) => `const ${name} = globalThis.${name}`).join('\n'), this.context)
    this.test = context.testPath
    this.started = Date.now()
  }

  async setup() {
    if (directory !== undefined && directory !== '') {
      // Node writes the coverage of processes and threads that start from now on; this process did not.
      process.env['NODE_V8_COVERAGE'] = join(directory, 'programs')
      this.session = new Session()
      this.session.connect()
      await this.session.post('Profiler.enable')
      await this.session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
    }
    await super.setup()
  }

  async teardown() {
    await super.teardown()
    if (this.session === undefined) return
    const { result } = await this.session.post('Profiler.takePreciseCoverage')
    this.session.disconnect()
    const own = result.filter(({ url }) => /\/(?:packages|apps)\/[^/]+\/src\//.test(url))
    mkdirSync(directory, { recursive: true })
    writeFileSync(
      join(directory, `${randomUUID()}.json`),
      JSON.stringify({ test: this.test, milliseconds: Date.now() - this.started, result: own }),
    )
  }
}
