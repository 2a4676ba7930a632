/** What can be done to a model. */
export const historyActions = [
  'register',
  'set_alias',
  'remove_alias',
  'promote',
  'promote_refused',
  'rollback',
  'tag',
  'describe',
  'retire',
  'restore',
  'delete',
  'add_evidence',
  'approve',
  'set_policy',
] as const
/** What was done to a model. */
export type HistoryAction = (typeof historyActions)[number]
