import type { Pair, Point, RunBatch } from './run-batch.ts'

const mostItems = 1000
const mostPairs = 100
/** The server refuses more than 1 MB; what is around the items counts too. */
const mostBytes = 1_000_000 - 4096

interface Batch {
  metrics: Point[]
  params: Pair[]
  tags: Pair[]
}

/**
 * Cuts points, params and tags to the limits of a server for one call: 1,000 items, of these 100 params and 100 tags,
 * and 1 MB. The order of each kind is kept: params first, then tags, then points.
 *
 * @param batch what to log
 * @returns batches, none of them empty
 *
 * @example
 * cutBatches({ metrics: points }).length // 3 for 2,500 points
 */
export function cutBatches({
  metrics = [],
  params = [],
  tags = [],
}: RunBatch): readonly Required<RunBatch>[] {
  const batches: Batch[] = []
  let current: Batch = { metrics: [], params: [], tags: [] }
  let items = 0
  let bytes = 0
  const place = (size: number, full: boolean): void => {
    if (items > 0 && (full || items >= mostItems || bytes + size > mostBytes)) {
      batches.push(current)
      current = { metrics: [], params: [], tags: [] }
      items = 0
      bytes = 0
    }
    items += 1
    bytes += size
  }
  for (const param of params) {
    place(sizeOf(param), current.params.length >= mostPairs)
    current.params.push(param)
  }
  for (const tag of tags) {
    place(sizeOf(tag), current.tags.length >= mostPairs)
    current.tags.push(tag)
  }
  for (const point of metrics) {
    place(pointBytes(point), false)
    current.metrics.push(point)
  }
  if (items > 0) batches.push(current)
  return batches
}

const sizeOf = ({ key, value }: Pair): number => Buffer.byteLength(JSON.stringify({ key, value })) + 1

/** No less than the point's JSON: names can be six bytes a character, the numbers 30. */
const pointBytes = ({ key, modelId = '', datasetName = '', datasetDigest = '' }: Point): number =>
  180 + 6 * (key.length + modelId.length + datasetName.length + datasetDigest.length)
