import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lowerEdge, upperEdge } from '../src/sketches/number-cells.ts'

const view = new DataView(new ArrayBuffer(8))
const signBit = 1n << 63n

/** Place of a number among all doubles: 0 for 0, then up; -1 for the negative number nearest to it, then down. */
function placeOf(value: number): bigint {
  view.setFloat64(0, value + 0)
  const bits = view.getBigUint64(0)
  return bits < signBit ? bits : -(bits - signBit) - 1n
}

/** Infinite above the largest number, the lowest below the lowest. */
function numberAt(place: bigint): number {
  if (place >= signBit) return Infinity
  view.setBigUint64(0, place >= 0n ? place : signBit + (-place - 1n))
  const value = view.getFloat64(0)
  if (Number.isFinite(value)) return value + 0
  return place >= 0n ? Infinity : -Number.MAX_VALUE
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    2 ** -1022,
    -(2 ** -1022),
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    1,
    -1,
  ),
  fc
    .tuple(
      fc.boolean(),
      fc.bigInt({ min: 0n, max: 0x7fefn }),
      fc.constantFrom(0n, 1n, 0xffffffffn, 1n << 32n),
    )
    .map(([negative, top, low]) => numberAt(negative ? -((top << 48n) + low) - 1n : (top << 48n) + low)),
)

test('a cell holds the numbers whose places agree without the lowest bits', () => {
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 63 }), (value, shift) => {
      const cut = BigInt(shift)
      const cell = placeOf(value) >> cut
      const edge = lowerEdge(value, shift)
      expect(edge).toBe(numberAt(cell << cut))
      expect(upperEdge(edge, shift)).toBe(numberAt((cell + 1n) << cut))
    }),
    { numRuns: 3000 },
  )
})
