import { randomUUID } from 'node:crypto'

/** A name that nobody else has on a shared server. */
export const uniqueName = (prefix: string): string => `${prefix} ${randomUUID()}`
