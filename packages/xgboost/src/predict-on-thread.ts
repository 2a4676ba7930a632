import type { XGBoostLibrary } from './library.ts'
import { arrayInterface, assertAttached } from './native/array-interface.ts'
import type { Pointer } from './native/native-api.ts'
import { addressOf, cString, readFloats, readUint64s } from './native/native-memory.ts'
import { predictionConfig } from './prediction-options.ts'
import type { PredictValueOptions } from './prediction-options.ts'

/** What is predicted, row-major and checked. */
export interface ThreadRows {
  readonly values: Float32Array | Float64Array
  readonly rows: number
  readonly columns: number
}

/** Predicts rows in place on a worker thread of the library, which keeps nothing of it. */
export async function predictOnThread(
  { library, booster }: { library: XGBoostLibrary; booster: Pointer },
  { values, rows, columns }: ThreadRows,
  options: PredictValueOptions,
): Promise<Float32Array> {
  const out = new BigUint64Array(3)
  library.check(library.native.proxyMatrixCreate(out), 'native')
  const proxy = out[0] ?? 0n
  const thread = library.threads.acquire()
  const data = cString(arrayInterface(values, [rows, columns]))
  const config = predictionConfig(options.outputMargin === true ? 'margin' : 'value', options)
  const held = [values, data, config]
  const bytes = held.reduce((total, { byteLength }) => total + byteLength, 0)
  try {
    const at = addressOf(out)
    const args = [booster, addressOf(data), addressOf(config), proxy, at, at + 8n, at + 16n]
    const { status, message } = await thread.call({ name: 'boosterPredictFromDense', args })
    if (status !== 0) throw library.failure('native', message)
    assertAttached(held, bytes)
    const shape = readUint64s(out[0] ?? 0n, Number(out[1]))
    return readFloats(
      out[2] ?? 0n,
      shape.reduce((product, size) => product * size, 1),
    )
  } finally {
    library.native.matrixFree(proxy)
    library.threads.release(thread)
  }
}
