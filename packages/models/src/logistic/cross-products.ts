/** How columns lie in a block: column j begins at `j * stride` and holds `length` numbers. */
export interface BlockShape {
  readonly size: number
  readonly stride: number
  readonly length: number
}

/**
 * Adds `B B'` to the upper triangle of a matrix, in tiles of 2 x 4 so that each number read serves several products.
 *
 * @param sums size x size, row-major; cells right of and on the diagonal are right afterwards, others are scratch
 * @param block columns one after the other
 * @param shape how they lie
 */
export function addCrossProducts(sums: Float64Array, block: Float64Array, shape: BlockShape): void {
  const { size, stride, length } = shape
  let j = 0
  for (; j + 2 <= size; j += 2) {
    let k = j
    for (; k + 4 <= size; k += 4) addTile(sums, block, shape, j, k)
    for (; k < size; k++) {
      addProduct(sums, block, shape, j, k)
      addProduct(sums, block, shape, j + 1, k)
    }
  }
  if (j < size) {
    let sum = 0
    for (let i = 0, at = j * stride; i < length; i++, at++) sum += block[at]! * block[at]!
    sums[j * size + j] = sums[j * size + j]! + sum
  }
}

// eslint-disable-next-line max-params -- an object per tile would be made a million times
function addTile(sums: Float64Array, block: Float64Array, shape: BlockShape, j: number, k: number): void {
  const { size, stride, length } = shape
  const a = j * stride
  const b = a + stride
  const c = k * stride
  const d = c + stride
  const e = d + stride
  const f = e + stride
  let ac = 0,
    ad = 0,
    ae = 0,
    af = 0
  let bc = 0,
    bd = 0,
    be = 0,
    bf = 0
  for (let i = 0; i < length; i++) {
    const first = block[a + i]!
    const second = block[b + i]!
    const x = block[c + i]!
    const y = block[d + i]!
    const z = block[e + i]!
    const w = block[f + i]!
    ac += first * x
    ad += first * y
    ae += first * z
    af += first * w
    bc += second * x
    bd += second * y
    be += second * z
    bf += second * w
  }
  const top = j * size + k
  const low = top + size
  sums[top] = sums[top]! + ac
  sums[top + 1] = sums[top + 1]! + ad
  sums[top + 2] = sums[top + 2]! + ae
  sums[top + 3] = sums[top + 3]! + af
  sums[low] = sums[low]! + bc
  sums[low + 1] = sums[low + 1]! + bd
  sums[low + 2] = sums[low + 2]! + be
  sums[low + 3] = sums[low + 3]! + bf
}

// eslint-disable-next-line max-params -- as addTile
function addProduct(sums: Float64Array, block: Float64Array, shape: BlockShape, j: number, k: number): void {
  const { size, stride, length } = shape
  let sum = 0
  for (let i = 0, p = j * stride, q = k * stride; i < length; i++) sum += block[p + i]! * block[q + i]!
  sums[j * size + k] = sums[j * size + k]! + sum
}
