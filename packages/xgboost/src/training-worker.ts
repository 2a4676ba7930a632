import { parentPort, workerData } from 'node:worker_threads'
import { XGBoostLibrary } from './library.ts'
import { buildMatrix, sourceOf } from './native/matrix-build.ts'
import type { MatrixBuild } from './native/matrix-build.ts'
import type { ThreadCall, ThreadReply } from './training-thread.ts'

const { path } = workerData as { path: string }
const { native } = new XGBoostLibrary(path, 'explicit')

/** Makes one call and reads the library's message on the thread that failed, where alone it can be read. */
parentPort?.on('message', (call: ThreadCall | MatrixBuild) => {
  if (call.name === 'matrixBuild') {
    parentPort?.postMessage(buildMatrix(native, call, sourceOf(call.batches)))
    return
  }
  const { name, args } = call
  const status = Number(Reflect.apply(native[name], undefined, args))
  const reply: ThreadReply = { status, message: status === 0 ? '' : native.getLastError() }
  parentPort?.postMessage(reply)
})
