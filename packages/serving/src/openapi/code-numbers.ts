/** Digits of the longest number that JSON text gives as a finite number. */
const mostDigits = 308
/** What the patterns of codes tell apart. */
const fractions = ['0.5', '-0.5', '12.75', '123456.789', '1e-7']

/** Numbers as a JSON Schema says them. */
export interface NumberForm {
  readonly type: 'integer' | 'number'
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

/**
 * The JSON numbers whose digits, as the reader writes them, match a code's pattern. A pattern is judged by numbers of
 * each length: those of all fractions and lengths, or whole numbers of a range of lengths.
 *
 * @param pattern of a column; undefined takes every number
 * @returns forms that only hold numbers which the pattern takes, as far as lengths tell
 */
export function codeNumbers(pattern: string | undefined): NumberForm[] {
  if (pattern === undefined) return [{ type: 'number' }]
  const expression = new RegExp(pattern, 'u')
  const takes = (text: string): boolean => expression.test(text)
  const positive = lengths((digits) => takes(digits))
  const negative = lengths((digits) => takes(`-${digits}`))
  const zero = takes('0')
  if (zero && fractions.every(takes) && positive[0]?.from === 1 && negative[0]?.from === 1) {
    return [
      {
        type: 'number',
        ...(negative[0].to === mostDigits ? {} : { exclusiveMinimum: -power(negative[0].to) }),
        ...(positive[0].to === mostDigits ? {} : { exclusiveMaximum: power(positive[0].to) }),
      },
    ]
  }
  return [
    ...(zero ? [{ type: 'integer', minimum: 0, maximum: 0 } as const] : []),
    ...positive.map(({ from, to }) => ({
      ...({ type: 'integer', minimum: power(from - 1) } as const),
      ...(to === mostDigits ? {} : { exclusiveMaximum: power(to) }),
    })),
    ...negative.map(({ from, to }) => ({
      ...({ type: 'integer', maximum: -power(from - 1) } as const),
      ...(to === mostDigits ? {} : { exclusiveMinimum: -power(to) }),
    })),
  ]
}

function power(digits: number): number {
  return Number(`1e${String(digits)}`)
}

/** Runs of lengths of which all numbers that are tried are taken. */
function lengths(takes: (digits: string) => boolean): { readonly from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  for (let length = 1; length <= mostDigits; length += 1) {
    const rising = '1234567890'.repeat(Math.ceil(length / 10)).slice(0, length)
    const tried = ['1'.padEnd(length, '0'), '5'.repeat(length), rising, '9'.repeat(length)]
    if (!tried.every(takes)) continue
    const last = runs.at(-1)
    if (last?.to === length - 1) last.to = length
    else runs.push({ from: length, to: length })
  }
  return runs
}
