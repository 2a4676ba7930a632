import { resolve } from 'node:path'

/** The folder beside the repository that holds data which is not part of it. */
export const shared: string = resolve(import.meta.dirname, '../../../../shared')

/** Where a public data file lies. @param file path in `../shared/data` */
export function publicData(file: string): string {
  return resolve(shared, 'data', file)
}
