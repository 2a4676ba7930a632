/** What a code means to the three kinds of caller: an HTTP client, a retry loop and a shell. */
export interface ErrorCodeEntry {
  /** HTTP status that the api answers with. */
  readonly status: number
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean
  /** Exit code of the command line: 1 the answer is no, 2 wrong usage or input, 3 unavailable, 70 our defect, 130 interrupted. */
  readonly exitCode: 1 | 2 | 3 | 70 | 130
  /** One short sentence, the same for every occurrence. */
  readonly title: string
}

function entry(status: number, exitCode: ErrorCodeEntry['exitCode'], title: string): ErrorCodeEntry {
  return { status, exitCode, title, retryable: exitCode === 3 }
}

/** The closed table of error codes; `docs/errors.md` holds the same table and a test keeps them equal. */
export const errorCodes = {
  invalid_usage: entry(400, 2, 'The command or call was used wrongly'),
  invalid_json: entry(400, 2, 'The body is not valid JSON'),
  invalid_configuration: entry(500, 2, 'The configuration is not valid'),
  invalid_parameter: entry(400, 2, 'A parameter is outside what is allowed'),
  invalid_blueprint: entry(400, 2, 'The blueprint is not valid'),
  invalid_claim: entry(422, 2, 'The claim is not valid'),
  invalid_value: entry(422, 2, 'A value is not of its column’s type or range'),
  missing_column: entry(422, 2, 'A column that is needed is absent'),
  unknown_column: entry(422, 2, 'A named column does not exist'),
  duplicate_column: entry(422, 2, 'A column name occurs twice'),
  length_mismatch: entry(422, 2, 'Lengths that must agree do not'),
  ragged_rows: entry(422, 2, 'Rows do not have as many fields as the header'),
  empty_data: entry(422, 2, 'There are no rows'),
  unsupported_format: entry(415, 2, 'The file’s format is not supported'),
  unreadable_file: entry(400, 2, 'The file cannot be read'),
  file_not_found: entry(404, 2, 'The file does not exist'),
  label_absent: entry(422, 2, 'The label column is absent'),
  label_single_class: entry(422, 2, 'The label has one class only'),
  immature_labels: entry(422, 2, 'No row has had time for its outcome'),
  label_invalid: entry(422, 2, 'The label holds values that are neither positive nor negative'),
  ambiguous_data: entry(422, 2, 'The data can be read in two ways'),
  near_miss_field: entry(422, 2, 'A field’s name is almost that of a known one'),
  too_few_positives: entry(422, 2, 'There are fewer rows of a class than folds'),
  too_few_rows: entry(422, 2, 'There are too few rows'),
  no_features: entry(422, 2, 'No usable feature is left'),
  infinite_value: entry(422, 2, 'A number is infinite'),
  suspected_leak: entry(422, 1, 'A feature is suspected to leak the label'),
  quality_gate_failed: entry(422, 1, 'The data did not pass its quality gate'),
  promotion_refused: entry(409, 1, 'The model may not be promoted'),
  approval_refused: entry(409, 1, 'The approval does not count'),
  policy_refused: entry(409, 1, 'The policy may not be weakened by one person'),
  enrollment_refused: entry(409, 1, 'The key may not be enrolled or revoked'),
  evidence_refused: entry(422, 2, 'The evaluation is no evidence on this model version'),
  damaged_bundle: entry(500, 2, 'A file of the bundle is damaged or missing'),
  unreadable_storage: entry(500, 2, 'The registry or a bundle cannot be read or written'),
  unsupported_format_version: entry(400, 2, 'The format version is newer than this product reads'),
  unknown_model: entry(404, 2, 'The model is not registered'),
  unknown_version: entry(404, 2, 'The model version does not exist'),
  unknown_alias: entry(404, 2, 'The alias does not exist'),
  alias_conflict: entry(409, 1, 'The alias points elsewhere than expected'),
  unknown_prediction: entry(404, 2, 'The prediction is not recorded'),
  unknown_subject: entry(404, 2, 'No records of this person are known'),
  subject_erased: entry(410, 1, 'The personal data was erased'),
  damaged_record: entry(500, 2, 'The record of a prediction was altered or is damaged'),
  wrong_master_key: entry(500, 2, 'The master key is absent, or another one'),
  idempotency_conflict: entry(409, 2, 'The idempotency key stands for another request'),
  version_retired: entry(409, 1, 'The model version is retired'),
  version_deleted: entry(410, 1, 'The model version is deleted'),
  version_in_use: entry(409, 1, 'The model version is needed'),
  history_rewritten: entry(500, 2, 'A history is not the one that was read before'),
  history_conflict: entry(409, 1, 'The model has another history there'),
  already_exists: entry(409, 2, 'It exists already'),
  ledger_dropped: entry(409, 2, 'The sequence of the ledger was dropped by retention'),
  output_refused: entry(409, 2, 'The output would destroy something else'),
  unauthenticated: entry(401, 2, 'The caller did not say who it is'),
  forbidden: entry(403, 2, 'The caller may not do this'),
  not_found: entry(404, 2, 'There is nothing at this address'),
  method_not_allowed: entry(405, 2, 'This address does not take this method'),
  unsupported_media_type: entry(415, 2, 'The content type is not supported'),
  body_too_large: entry(413, 2, 'The body is larger than allowed'),
  limit_exceeded: entry(413, 2, 'The body’s structure is larger than allowed'),
  malformed_request: entry(400, 2, 'The request is not valid HTTP'),
  request_timeout: entry(408, 2, 'The request did not arrive in time'),
  expectation_failed: entry(417, 2, 'The expectation of the request cannot be met'),
  headers_too_large: entry(431, 2, 'The headers are larger than allowed'),
  batch_too_large: entry(400, 2, 'The batch holds more claims than allowed'),
  aborted: entry(499, 130, 'The work was aborted'),
  library_unavailable: entry(503, 3, 'A native library cannot be loaded'),
  tracking_unavailable: entry(503, 3, 'The tracking server cannot be reached'),
  tracking_refused: entry(502, 2, 'The tracking server refuses what it is asked'),
  artifacts_unavailable: entry(503, 3, 'The store of bundles cannot be reached'),
  model_unavailable: entry(503, 3, 'No model is ready to score'),
  overloaded: entry(503, 3, 'The server has too much to do'),
  scoring_interrupted: entry(503, 3, 'Scoring the request was interrupted'),
  shutting_down: entry(503, 3, 'The server is shutting down'),
  address_in_use: entry(503, 3, 'The port is taken'),
  database_unavailable: entry(503, 3, 'The database does not answer, is busy, or cannot grow'),
  database_refused: entry(500, 2, 'The database may not be used as it is set up'),
  database_outdated: entry(500, 2, 'The schema of the database is older than the product'),
  database_newer: entry(500, 2, 'The schema of the database is newer than the product'),
  damaged_database: entry(500, 2, 'The database is damaged'),
  damaged_ledger: entry(409, 1, 'The ledger is not whole'),
  invalid_checkpoint: entry(400, 1, 'The checkpoint was changed, is foreign, or is none'),
  damaged_document: entry(500, 2, 'A kept document is damaged'),
  damaged_backup: entry(400, 2, 'The backup is damaged, foreign, or under another key'),
  native_failure: entry(500, 70, 'A native library reported a failure'),
  internal: entry(500, 70, 'A defect of the product'),
} as const satisfies Record<string, ErrorCodeEntry>

/** A code of the closed table. */
export type ErrorCode = keyof typeof errorCodes
