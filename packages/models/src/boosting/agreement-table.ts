/** Places of {@link leafContributions} for so many features, the most that {@link createLeafScratch} can hold. */
export interface LeafScratch {
  readonly product: Float64Array
  readonly coefficients: Float64Array
  readonly sums: Float64Array
  readonly contributions: Float64Array
}

/** Working memory for leaves with up to `features` features on their path. */
export function createLeafScratch(features: number): LeafScratch {
  const masks = 2 ** features
  return {
    product: new Float64Array(masks),
    coefficients: new Float64Array(masks * (features + 1)),
    sums: new Float64Array(masks),
    contributions: new Float64Array(masks * features),
  }
}

/**
 * Shapley values of one leaf for every way in which a row can agree with its path.
 *
 * A leaf of value v whose path asks d features is the game f(S) = v * prod over j in S of a_j * prod over the others of
 * z_j, where a_j is 1 when the row agrees with the path at feature j and z_j is the share of training cover that does.
 * With A the features that agree, B the others, P(T) the product of z over T, e_k the elementary symmetric polynomials
 * and G(T) = sum over k of k! (d-1-k)! / d! * e_{|T|-k}(z of T), the value of i is v (1 - z_i) P(B) G(A without i) in A
 * and -v P(B) G(A) in B. (Lundberg et al. 2018, arXiv 1802.03888; tables by agreement: Yang 2021, arXiv 2109.09847.)
 *
 * @param value v, on the margin's scale
 * @param fractions z_j, length d, each in [0, 1]
 * @param scratch working memory for at least d features
 * @returns `scratch.contributions`: the value of feature i under agreement mask m (bit j set: j agrees) at `m * d + i`
 */
export function leafContributions(
  value: number,
  fractions: readonly number[],
  scratch: LeafScratch,
): Float64Array {
  const { product, coefficients, sums, contributions } = scratch
  const d = fractions.length
  const masks = 1 << d
  const width = d + 1
  const weights = shapleyWeights(d)
  product[0] = 1
  coefficients.fill(0, 0, masks * width)
  coefficients[0] = 1
  sums[0] = weights[0] ?? 0
  for (let mask = 1; mask < masks; mask++) {
    const last = 31 - Math.clz32(mask)
    const rest = mask ^ (1 << last)
    const fraction = fractions[last]!
    product[mask] = product[rest]! * fraction
    const [to, from] = [mask * width, rest * width]
    let sum = 0
    for (let present = 0; present <= last + 1; present++) {
      const without = coefficients[from + present]! * fraction
      const coefficient = present === 0 ? without : without + coefficients[from + present - 1]!
      coefficients[to + present] = coefficient
      if (present < d) sum += weights[present]! * coefficient
    }
    sums[mask] = sum
  }
  for (let mask = 0; mask < masks; mask++) {
    const scaled = value * product[masks - 1 - mask]!
    const absent = -scaled * sums[mask]!
    for (let i = 0; i < d; i++) {
      const bit = 1 << i
      contributions[mask * d + i] =
        (mask & bit) === 0 ? absent : scaled * (1 - fractions[i]!) * sums[mask ^ bit]!
    }
  }
  return contributions
}

/** k! (d-1-k)! / d! for k from 0 to d - 1. */
function shapleyWeights(d: number): number[] {
  const weights: number[] = []
  for (let k = 0; k < d; k++) weights.push(k === 0 ? 1 / d : (weights[k - 1]! * k) / (d - k))
  return weights
}
