import { randomBytes } from 'node:crypto'

/** Least distance to the end of the 12 bits that count ids of one moment. */
const mostAtOnce = 2_048

/**
 * Ids of predictions: UUIDs of version 7 (RFC 9562, method 1), which sort by the moment and, among those of one call, by
 * their order.
 *
 * @param moment of all of them
 * @param count at most 2,048
 */
export function predictionIds(moment: Date, count: number): readonly string[] {
  if (count > mostAtOnce) throw new TypeError(`At most ${String(mostAtOnce)} ids are made at once`)
  const random = randomBytes(2 + 8 * count)
  const first = random.readUInt16BE(0) % mostAtOnce
  const time = moment.getTime().toString(16).padStart(12, '0')
  return Array.from({ length: count }, (_, i) => {
    const tail = random.subarray(2 + 8 * i, 10 + 8 * i)
    tail[0] = (tail[0]! & 0x3f) | 0x80
    const end = tail.toString('hex')
    const counted = (first + i).toString(16).padStart(3, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counted}-${end.slice(0, 4)}-${end.slice(4)}`
  })
}
