import koffi from 'koffi'

/** Turns a 32-bit margin into the value that the library answers, with the same 32-bit steps. */
export type ValueOfMargin = (margin: number) => number

/** Objectives whose value is the margin. */
const identities =
  /^(?:binary:logitraw|rank:\w+|reg:(?:squarederror|squaredlogerror|absoluteerror|pseudohubererror))$/
const logistics = /^(?:binary|reg):logistic$/

/** Where the C library's `expf` is, which libxgboost calls. */
const mathLibraries: Readonly<Partial<Record<NodeJS.Platform, string>>> = Object.freeze({
  linux: 'libm.so.6',
  darwin: '/usr/lib/libSystem.B.dylib',
})

/**
 * How an objective makes a value of a margin.
 *
 * @param objective such as `binary:logistic`
 * @returns undefined for objectives that are left to the library
 */
export function valueOfMargin(objective: string): ValueOfMargin | undefined {
  if (identities.test(objective)) return (margin) => margin
  if (!logistics.test(objective)) return undefined
  const expf = exponential()
  if (expf === undefined) return undefined
  const most = Math.fround(88.7)
  const least = Math.fround(1e-16)
  return (margin) => {
    const power = expf(Math.min(-margin, most))
    return Math.fround(1 / Math.fround(Math.fround(power + 1) + least))
  }
}

/** The machine's `expf`; its last bit is not that of a rounded 64-bit exponential. */
const exponential = (): ((x: number) => number) | undefined => {
  const path = mathLibraries[process.platform]
  if (path === undefined) return undefined
  try {
    const expf = koffi.load(path).func('float expf(float x)')
    return (x) => Number(expf(x))
  } catch {
    // Another C library, such as musl: the library answers instead.
    return undefined
  }
}
