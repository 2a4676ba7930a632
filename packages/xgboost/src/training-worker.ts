import { parentPort, workerData } from 'node:worker_threads'
import { XGBoostLibrary } from './library.ts'
import type { ThreadSettings } from './library-settings.ts'
import { registerLog } from './log-callback.ts'
import { buildMatrix } from './native/matrix-build.ts'
import type { MatrixBuild } from './native/matrix-build.ts'
import type { ThreadCall, ThreadLog, ThreadReply, ThreadRound, ThreadRounds } from './training-thread.ts'

const { path } = workerData as { path: string }
const { native } = new XGBoostLibrary(path, 'explicit')

let registered = false

/** Applies settings on this thread, where alone the library keeps them. */
const apply = ({ globalConfiguration, logs }: ThreadSettings): number => {
  const status = native.setGlobalConfig(globalConfiguration)
  if (status !== 0 || !logs || registered) return status
  registered = true
  return registerLog(native, (log) => {
    const message: ThreadLog = { log }
    parentPort?.postMessage(message)
  })
}

/** Makes one call and reads the library's message on the thread that failed, where alone it can be read. */
parentPort?.on(
  'message',
  ({ settings, ...call }: (ThreadCall | MatrixBuild | ThreadRounds) & { settings?: ThreadSettings }) => {
    const applied = settings ? apply(settings) : 0
    if (applied !== 0) {
      parentPort?.postMessage({ status: applied, code: 'native', message: native.getLastError() })
      return
    }
    if (call.name === 'matrixBuild') {
      parentPort?.postMessage(buildMatrix(native, call))
      return
    }
    const status =
      call.name === 'boosterRounds'
        ? runRounds(call)
        : Number(Reflect.apply(native[call.name] ?? absent, undefined, call.args))
    const reply: ThreadReply = { status, message: status === 0 ? '' : native.getLastError() }
    parentPort?.postMessage(reply)
  },
)

/** Runs rounds until they are done, one fails, or the caller's thread says stop. */
const runRounds = ({ booster, matrix, from, to, stop }: ThreadRounds): number => {
  for (let round = from; round < to && Atomics.load(stop, 0) === 0; round += 1) {
    const status = native.boosterUpdateOneIter(booster, round, matrix)
    if (status !== 0) return status
    const message: ThreadRound = { round }
    parentPort?.postMessage(message)
  }
  return 0
}

/** Stands for an optional function that the library lacks; callers look before they call. */
const absent = (): number => -1
