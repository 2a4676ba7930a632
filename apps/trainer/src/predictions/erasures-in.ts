import { join } from 'node:path'

/** Where erasures are told beside the database. @param home directory of embedded state */
export function erasuresIn(home: string): string {
  return join(home, 'erasures.jsonl')
}
