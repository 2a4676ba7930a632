/** A distinct text of a column and how many cells hold it. */
export interface Level {
  readonly text: string
  readonly count: number
}

/** A column whose cells can be read in two ways. */
export interface Ambiguity {
  /** Both readings, with examples. */
  readonly problem: string
  /** What settles it. */
  readonly allowed: string
}

/** How the texts of a column are read as numbers or dates. */
export interface ColumnReading<TFormat> {
  /** Undefined where the plain grammar reads it. */
  readonly format: TFormat | undefined
  /** Cells that are read. */
  readonly cells: number
  /** Cells that have the shape of a number or a date, whether one format reads them or not. */
  readonly like: number
  /** A text that the plain grammar does not read, its reading and how many cells are such; for the notes. */
  readonly announced: string | undefined
  readonly ambiguity: Ambiguity | undefined
}

/** At most three texts of a column as an error or a note shows them. */
export function examplesOf(texts: readonly string[]): string[] {
  return texts.slice(0, 3).map((text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text))
}
