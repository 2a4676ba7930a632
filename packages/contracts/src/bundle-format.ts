import { z } from 'zod'

/** The format of the files that training writes: manifest, policy and evaluation. */
export const bundleFormatVersion = 2

/** Formats that are read: 1 of version 0.1, which had costs always, and 2. */
export const bundleFormatVersionSchema = z.union([z.literal(1), z.literal(bundleFormatVersion)])
