import { XGBoostError } from './errors.ts'
import type { NativeModel } from './native/native-model.ts'
import { readString, readStrings } from './native/native-memory.ts'
import { requireText } from './require-text.ts'

/** Reads an attribute; absent when it was never set. */
export function readAttribute(model: NativeModel, key: string): string | undefined {
  requireKey(key)
  return valueOf(model, key)
}

const valueOf = ({ library, pointer }: NativeModel, key: string): string | undefined => {
  const [out, found] = [new BigUint64Array(1), new Int32Array(1)]
  library.check(library.native.boosterGetAttr(pointer, key, out, found), 'native')
  return found[0] === 1 ? readString(out[0] ?? 0n) : undefined
}

/** Sets an attribute; `undefined` deletes it. */
export function writeAttribute(
  { library, pointer }: NativeModel,
  key: string,
  value: string | undefined,
): void {
  requireKey(key)
  if (value !== undefined) requireText(`attribute ${JSON.stringify(key)}`, value)
  library.check(library.native.boosterSetAttr(pointer, key, value ?? null), 'native')
}

/** All attributes by name, in the order of their names. */
export function readAttributes(model: NativeModel): Record<string, string> {
  const [length, out] = [new BigUint64Array(1), new BigUint64Array(1)]
  model.library.check(model.library.native.boosterGetAttrNames(model.pointer, length, out), 'native')
  const keys = readStrings(out[0] ?? 0n, Number(length[0])).sort()
  return Object.fromEntries(keys.map((key) => [key, valueOf(model, key) ?? '']))
}

const requireKey = (key: string): void => {
  requireText('the name of an attribute', key)
  if (key === '')
    throw new XGBoostError('invalid_parameter', 'the name of an attribute must be a text that is not empty')
}
