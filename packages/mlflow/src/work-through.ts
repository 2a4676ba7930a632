/**
 * Does a piece of work for each item, a few at a time. The first failure stops the rest: no new item is begun, the
 * signal that the others were given is aborted, and the failure is thrown once they have ended.
 *
 * @param items what to work on
 * @param work what to do
 * @param options how many at a time, and the caller's signal
 */
export async function workThrough<T>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<void>,
  { atATime, signal }: { readonly atATime: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const left = items.values()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failures.length > 0) return
      try {
        await work(item, both)
      } catch (error) {
        failures.push(error)
        stop.abort()
        return
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
}
