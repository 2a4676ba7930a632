/** Documents that can be made. */
export const documentKinds = [
  'model-card',
  'model-inventory',
  'data-sheet',
  'validation-summary',
  'basel-pack',
  'change-log',
  'log-extract',
  'adverse-action',
  'evidence-index',
] as const
/** A kind of document. */
export type DocumentKind = (typeof documentKinds)[number]
