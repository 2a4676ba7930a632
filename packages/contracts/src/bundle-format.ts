import { z } from 'zod'

/** The format of the files that training writes: manifest, policy and evaluation. */
export const bundleFormatVersion = 3

/** Formats that are read: 1 of version 0.1, which had costs always, 2 with a pair of decisions, and 3 with a list. */
export const bundleFormatVersionSchema = z.union([z.literal(1), z.literal(2), z.literal(bundleFormatVersion)])
