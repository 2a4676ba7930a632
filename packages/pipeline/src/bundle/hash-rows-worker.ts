import { parentPort, workerData } from 'node:worker_threads'
import { Frame } from '@claims/frame'
import { hashFitted } from './hash-rows.ts'
import type { HashTask } from './hash-on-thread.ts'

const { fitted, heldOut, key } = workerData as HashTask
parentPort?.postMessage(
  hashFitted({ fitted: Frame.fromColumns(fitted), heldOut: Frame.fromColumns(heldOut), key }),
)
