import koffi from 'koffi'
import type { NativeApi } from './native/native-api.ts'
import { logCallbackType } from './native/native-api.ts'

/**
 * Registers a function for the library's messages on the calling thread. The library cannot take it back, so it is
 * registered once per thread and lives as long as the process does.
 *
 * @returns the status of the call
 */
export function registerLog(native: NativeApi, onMessage: (message: string) => void): number {
  return native.registerLogCallback(koffi.register(onMessage, koffi.pointer(logCallbackType)))
}
