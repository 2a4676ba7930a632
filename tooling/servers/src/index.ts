export { freePort } from './free-port.ts'
export { endGroup, hasEnded, spawnGroup, type GroupOptions } from './spawn-group.ts'
export { answers, waitUntil } from './wait-until.ts'
