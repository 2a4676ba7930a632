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
export { toMatrix, takeMatrixRows, type Matrix } from './matrix.ts'
export { parseTimestamp, parseTimestampBytes } from './parse-timestamp.ts'
export { timestampParser, type TimestampParser } from './timestamp-parser.ts'
export { createRandom, randomFromState, type Random } from './random.ts'
