/** What can be done to a model. */
export const historyActions = [
  'register',
  'set_alias',
  'remove_alias',
  'promote',
  'rollback',
  'tag',
  'describe',
  'retire',
  'restore',
  'delete',
] as const
/** What was done to a model. */
export type HistoryAction = (typeof historyActions)[number]
