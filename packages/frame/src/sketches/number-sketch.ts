import type { NumberSketch } from '@claims/contracts'
import { addCell, addMark, jointOf, jointSums, sumsOf, type JointSums, type Marks } from './marks.ts'
import { lowerEdge, upperEdge } from './number-cells.ts'

/** Cells of a sketch at most. */
const mostCells = 128

/**
 * Sketches numbers with their labels and scores. One pass; the result does not depend on the order of the rows, `sum`
 * up to rounding aside.
 *
 * @param rows how many there are
 * @param at the number of a row; NaN where it has none
 * @param marks labels and scores of the rows
 * @throws RangeError for an infinite number
 * @example
 * const sketch = sketchNumbers(column.values.length, (row) => column.values[row]!, { target, score })
 */
export function sketchNumbers(rows: number, at: (row: number) => number, marks: Marks): NumberSketch {
  const table = new CellTable()
  let sum = 0
  let minimum = Infinity
  let maximum = -Infinity
  for (let row = 0; row < rows; row++) {
    const value = at(row)
    if (Number.isNaN(value)) {
      table.add(missingCell, 1)
      addMark(table.joint, missingCell, marks, row)
      continue
    }
    if (value === Infinity || value === -Infinity) throw new RangeError(`Row ${row} is infinite`)
    sum += value
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    const cell = table.cellOf(value)
    table.add(cell, 1)
    addMark(table.joint, cell, marks, row)
  }
  const none = maximum < minimum
  return table.sketch({ minimum: none ? null : minimum, maximum: none ? null : maximum, sum })
}

/**
 * The sketch of two parts together: the same as the sketch of all their rows, `sum` up to rounding aside.
 *
 * @returns a sketch whose `joint` is null where one of the two has none
 */
export function mergeNumbers(a: NumberSketch, b: NumberSketch): NumberSketch {
  const table = new CellTable(Math.max(a.shift ?? 0, b.shift ?? 0))
  for (const part of [a, b]) {
    const sums = sumsOf(part.joint, part.rows.length)
    part.rows.forEach((count, i) => {
      const edge = part.edges[i]
      const cell = edge === undefined ? missingCell : table.cellOf(edge)
      table.add(cell, count)
      addCell(table.joint, cell, sums, i)
    })
  }
  const least = [a.minimum, b.minimum].filter((value) => value !== null)
  const most = [a.maximum, b.maximum].filter((value) => value !== null)
  const merged = table.sketch({
    minimum: least.length === 0 ? null : Math.min(...least),
    maximum: most.length === 0 ? null : Math.max(...most),
    sum: a.sum + b.sum,
  })
  return a.joint === null || b.joint === null ? { ...merged, joint: null } : merged
}

/**
 * A quantile of sketched numbers, linear within a cell. It is exact where each cell is one number, else off by at most
 * the width of a cell.
 *
 * @param share 0 to 1
 * @returns null where there is no number
 */
export function sketchQuantile(sketch: NumberSketch, share: number): number | null {
  const { edges, rows, shift, minimum, maximum } = sketch
  if (minimum === null || maximum === null) return null
  const present = rows.slice(0, -1).reduce((sum, count) => sum + count, 0)
  const wanted = share * present
  let before = 0
  for (const [i, edge] of edges.entries()) {
    const count = rows[i]!
    if (count > 0 && before + count >= wanted) {
      const end = shift === null ? (edges[i + 1] ?? maximum) : shift === 0 ? edge : upperEdge(edge, shift)
      const from = Math.max(edge, minimum)
      const to = Math.min(end, maximum)
      return from + (to - from) * Math.min(1, Math.max(0, (wanted - before) / count))
    }
    before += count
  }
  return maximum
}

/** Cell of the rows without a value. */
const missingCell = mostCells + 1
const slots = 1024

/** Cells by their lower edge, in a hash table that coarsens itself when it has one cell too many. */
class CellTable {
  readonly #rows = new Float64Array(mostCells + 2)
  readonly joint: JointSums = jointSums(mostCells + 2)
  readonly #edges = new Float64Array(mostCells + 2)
  readonly #slots = new Int16Array(slots).fill(-1)
  #shift: number
  #cells = 0

  /** @param shift least one */
  constructor(shift = 0) {
    this.#shift = shift
  }

  add(cell: number, rows: number): void {
    this.#rows[cell]! += rows
  }

  /** The cell of a number; what is coarsened meanwhile keeps its sums. */
  cellOf(value: number): number {
    const cell = this.#find(lowerEdge(value, this.#shift))
    if (this.#cells <= mostCells) return cell
    while (this.#cells > mostCells) this.#coarsen()
    return this.#find(lowerEdge(value, this.#shift))
  }

  sketch(facts: Pick<NumberSketch, 'minimum' | 'maximum' | 'sum'>): NumberSketch {
    const order = Array.from({ length: this.#cells }, (_, cell) => cell).sort(
      (a, b) => this.#edges[a]! - this.#edges[b]!,
    )
    const cells = [...order, missingCell]
    return {
      kind: 'number',
      shift: this.#shift,
      edges: order.map((cell) => this.#edges[cell]!),
      rows: cells.map((cell) => this.#rows[cell]!),
      joint: jointOf(this.joint, cells),
      ...facts,
    }
  }

  #find(edge: number): number {
    let slot = slotOf(edge)
    for (;;) {
      const cell = this.#slots[slot]!
      if (cell < 0) break
      if (this.#edges[cell] === edge) return cell
      slot = (slot + 1) % slots
    }
    this.#slots[slot] = this.#cells
    this.#edges[this.#cells] = edge
    return this.#cells++
  }

  /** Cuts off one bit more. Cells keep their place or move to an earlier one. */
  #coarsen(): void {
    this.#shift += 1
    this.#slots.fill(-1)
    const before = this.#cells
    this.#cells = 0
    const { positives, scored, millionths } = this.joint
    const columns = [this.#rows, positives, scored, millionths]
    for (let cell = 0; cell < before; cell++) {
      const known = this.#cells
      const to = this.#find(lowerEdge(this.#edges[cell]!, this.#shift))
      if (to === cell) continue
      for (const column of columns) {
        column[to] = column[cell]! + (to === known ? 0 : column[to]!)
        column[cell] = 0
      }
    }
  }
}

const hashed = new Float64Array(1)
const hashedWords = new Uint32Array(hashed.buffer)

function slotOf(edge: number): number {
  hashed[0] = edge
  const mixed = Math.imul(hashedWords[0]! ^ Math.imul(hashedWords[1]!, 0x9e3779b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) & (slots - 1)
}
