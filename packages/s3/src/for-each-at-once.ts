/**
 * Does a piece of work for each item, a few at a time. The first failure ends it: nothing new is begun, and what runs is
 * waited for.
 *
 * @param items what to work on, begun in this order
 * @param count how many at a time
 * @param work for one item
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failures.length > 0) return
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
}
