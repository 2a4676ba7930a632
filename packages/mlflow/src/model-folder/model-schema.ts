import { z } from 'zod'
import type { JsonObject, JsonValue } from './json-value.ts'

const json: z.ZodType<JsonValue> = z.json()
const object: z.ZodType<JsonObject> = z.record(z.string(), json)
const text = z.string().nullish()

/** An MLmodel file. Fields that it does not know are let pass. */
export const modelSchema = z.object({
  flavors: z
    .record(z.string(), z.record(z.string(), json).nullable())
    .refine((flavors) => Object.keys(flavors).length > 0, 'must name a flavour'),
  artifact_path: text,
  run_id: text,
  model_id: text,
  model_uuid: text,
  mlflow_version: text,
  model_size_bytes: z.int().min(0).nullish(),
  utc_time_created: text,
  metadata: object.nullish(),
  signature: z.object({ inputs: text, outputs: text, params: text }).nullish(),
  saved_input_example_info: z
    .looseObject({
      artifact_path: z.string(),
      type: z.string(),
      pandas_orient: text,
      params: z.json().optional(),
    })
    .nullish(),
})

export const exampleTable = z.object({
  columns: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  data: z.array(z.array(json)),
})
export const exampleWithParams = z.object({ inputs: json, params: object })
export const anyJson: z.ZodType<JsonValue> = json
