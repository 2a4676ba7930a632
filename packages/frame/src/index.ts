export {
  booleanColumn,
  categoryColumn,
  cellAt,
  codedColumn,
  columnLength,
  isMissing,
  missingBoolean,
  numberColumn,
  textColumn,
  timestampColumn,
  type BooleanColumn,
  type CategoryColumn,
  type Cell,
  type FrameColumn,
  type NumberColumn,
  type TextColumn,
  type TimestampColumn,
} from './column.ts'
export { Frame, type Row } from './frame.ts'
export { frameFromRows } from './from-rows.ts'
export { hashText } from './hash-text.ts'
export { quantile, quantileOfSorted, quantiles } from './quantile.ts'
export { toMatrix, takeMatrixRows, type Matrix } from './matrix.ts'
export { parseTimestamp, parseTimestampBytes } from './parse-timestamp.ts'
export { timestampParser, type TimestampParser } from './timestamp-parser.ts'
export { createRandom, randomFromState, type Random } from './random.ts'
export type { Marks } from './sketches/marks.ts'
export { mergeNumbers, sketchNumbers, sketchQuantile } from './sketches/number-sketch.ts'
export { mergeLevels, sketchLevels } from './sketches/level-sketch.ts'
export { sketchTexts } from './sketches/text-sketch.ts'
